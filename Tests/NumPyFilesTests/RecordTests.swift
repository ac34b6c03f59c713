import FileAccess
import NumPyFiles
import Support
import Testing

@Suite("Records of NumPy")
struct RecordTests {
  private func header(_ bytes: [UInt8]) throws(FileContentError) -> RecordHeader {
    try bytes.withRawSpan { span throws(FileContentError) in
      try RecordHeader(span, fileByteCount: span.byteCount)
    }
  }

  @Test("have fields at their offsets, as NumPy wrote them")
  func fields() throws {
    let records = try header(try Fixtures.bytes("numpy/records.npy"))
    #expect(records.fields.map(\.name) == ["x", "t"])
    #expect(records.fields.map(\.offset) == [0, 2])
    #expect(records.fields.map(\.element?.text) == ["<i2", "<i8"])
    #expect(records.recordByteCount == 10 && records.recordCount == 2)
    let aligned = try header(try Fixtures.bytes("formats/numpy_aligned.npy"))
    #expect(aligned.recordByteCount == 32 && aligned.recordCount == 60)
    #expect(aligned.fields.first { $0.name == "timestamp" }?.offset == 8)
  }

  @Test("of every prefix are refused, and arrays of numbers, too")
  func refused() throws {
    let bytes = try Fixtures.bytes("numpy/records.npy")
    for count in bytes.indices {
      #expect(throws: FileContentError.self, "\(count)") {
        _ = try header(Array(bytes.prefix(count)))
      }
    }
    for name in ["label", "counts_u2", "names", "complex", "objects"] {
      #expect(throws: FileContentError.self, "\(name)") {
        _ = try header(try Fixtures.bytes("numpy/\(name).npy"))
      }
    }
  }

  @Test("with a flipped bit are refused, or fill the file")
  func flippedBits() throws {
    let bytes = try Fixtures.bytes("numpy/records.npy")
    for bit in 0..<bytes.count * 8 {
      guard let records = try? header(bytes.flippingBit(bit)) else { continue }
      #expect(
        records.dataOffset + records.recordCount * records.recordByteCount == bytes.count, "\(bit)")
      #expect(
        records.fields.allSatisfy {
          $0.offset + ($0.element?.byteCount ?? 0) <= records.recordByteCount
        }, "\(bit)")
    }
  }

  @Test("have columns of integers of every type and order")
  func columns() throws {
    let bytes: [UInt8] = [
      0xFF, 0xFE, 1, 2, 3, 4, 5, 6, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
    ]
    func read(_ kind: ElementDescription.Kind, _ size: Int, at offset: Int, stride: Int?) throws
      -> [Int64]
    {
      let column = try #require(
        IntegerColumn(ElementDescription(kind, byteCount: size), stride: stride))
      var values: [Int64] = [0, 0]
      #expect(column.byteCount(of: 2) == (stride ?? size) + size)
      bytes.withRawSpan { column.read($0, at: offset, into: &values) }
      return values
    }
    #expect(try read(.signed, 1, at: 0, stride: nil) == [-1, -2])
    #expect(try read(.unsigned, 1, at: 0, stride: 3) == [255, 2])
    #expect(try read(.boolean, 1, at: 2, stride: nil) == [1, 2])
    #expect(try read(.signed, 2, at: 0, stride: 2) == [-257, 513])
    #expect(try read(.unsigned, 4, at: 4, stride: 4) == [0x0605_0403, 0xFFFF_FFFF])
    #expect(try read(.unsigned, 8, at: 0, stride: 8) == [0x0605_0403_0201_FEFF, .max])
    #expect(try read(.signed, 8, at: 0, stride: 8) == [0x0605_0403_0201_FEFF, -1])
    #expect(IntegerColumn(ElementDescription(.float, byteCount: 8)) == nil)
  }
}
