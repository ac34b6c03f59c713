import FileAccess
import NumPyFiles
import Support
import Testing

@Suite("Arrays of NumPy")
struct ArrayTests {
  @Test(
    "counts of every type and order are read",
    arguments: [
      "counts_u2", "counts_little_i4", "counts_big_i2", "counts_little_u8", "counts_big_f8",
      "counts_little_f4", "counts_little_f2", "fortran", "version_2", "version_3",
    ])
  func counts(_ name: String) throws {
    let (counts, shape) = try NumPyFile.counts(try Fixtures.bytes("numpy/\(name).npy"))
    #expect(shape == [4, 2, 3, 4])
    #expect(counts == NumPyFile.counts)
  }

  @Test("bytes and booleans are counts, too")
  func bytes() throws {
    let expected = NumPyFile.counts.map { $0 % 7 }
    #expect(try NumPyFile.counts(try Fixtures.bytes("numpy/bytes.npy")).0 == expected)
    #expect(
      try NumPyFile.counts(try Fixtures.bytes("numpy/booleans.npy")).0
        == NumPyFile.counts.map { $0 > 3 ? 1 : 0 })
  }

  @Test("texts, single numbers and empty arrays are read")
  func others() throws {
    let names = try NumPyFile.array(try Fixtures.bytes("numpy/names.npy")) {
      header, data throws(FileContentError) in try header.texts(data)
    }
    #expect(names == ["user01_led_0", "ä", ""])
    let label = try NumPyFile.array(try Fixtures.bytes("numpy/label.npy")) {
      header, data throws(FileContentError) in
      #expect(header.shape.isEmpty)
      return try header.integers(data)
    }
    #expect(label == [7])
    let (none, shape) = try NumPyFile.counts(try Fixtures.bytes("numpy/none.npy"))
    #expect(none.isEmpty && shape == [0, 5])
  }

  @Test(
    "other types are refused by name",
    arguments: [
      ("records", "byte 21: integers, floating-point numbers or texts expected, records found"),
      (
        "complex",
        "byte 25: integers, floating-point numbers or texts expected, type '<c8' found"
      ),
      ("objects", "byte 24: integers, floating-point numbers or texts expected, type '|O' found"),
    ])
  func otherTypes(_ name: String, _ message: String) throws {
    let bytes = try Fixtures.bytes("numpy/\(name).npy")
    let error = #expect(throws: FileContentError.self) { try NumPyFile.counts(bytes) }
    #expect(error.map { "\($0.location): \($0.detail)" } == message)
  }

  @Test("a header is written as NumPy writes it")
  func writtenHeader() throws {
    for (name, element, shape) in [
      ("counts_u2", ElementDescription(.unsigned, byteCount: 2), [4, 2, 3, 4]),
      ("bytes", ElementDescription(.unsigned, byteCount: 1), [4, 2, 3, 4]),
      ("names", ElementDescription(.text, byteCount: 48), [3]),
      ("label", ElementDescription(.signed, byteCount: 8), []),
    ] {
      let bytes = try Fixtures.bytes("numpy/\(name).npy")
      let header = ArrayHeader(element, shape: shape)
      #expect(header.encoded == Array(bytes.prefix(header.dataOffset)), "\(name)")
    }
  }

  @Test("a number that is not a count is refused with its index")
  func noCounts() throws {
    func message(_ name: String, byte: Int, _ value: [UInt8]) throws -> String? {
      var bytes = try Fixtures.bytes("numpy/\(name).npy")
      bytes.replaceSubrange(byte..<byte + value.count, with: value)
      let error = #expect(throws: FileContentError.self) { try NumPyFile.counts(bytes) }
      return error.map { "\($0.location): \($0.detail)" }
    }
    let expected = "a count from 0 to 65535 expected,"
    #expect(
      try message("counts_little_i4", byte: 128 + 4 * 13, [255, 255, 255, 255])
        == "[0, 1, 0, 1]: \(expected) -1 found")
    #expect(
      try message("counts_little_i4", byte: 128 + 4 * 95, [0, 0, 1, 0])
        == "[3, 1, 2, 3]: \(expected) 65536 found")
    #expect(
      try message("counts_little_f4", byte: 128, [0, 0, 0, 0x3F])
        == "[0, 0, 0, 0]: \(expected) 0.5 found"
    )
    #expect(
      try message("counts_big_f8", byte: 128, [0x7F, 0xF8]) == "[0, 0, 0, 0]: \(expected) nan found"
    )
    // The second element of the file is the second of the first axis.
    #expect(
      try message("counts_big_f8", byte: 136, [0xFF, 0xF0])
        == "[0, 0, 0, 1]: \(expected) -inf found")
  }

  @Test("every shorter prefix, and an extra byte, is refused")
  func prefixes() throws {
    for name in ["counts_u2", "version_3", "names"] {
      let bytes = try Fixtures.bytes("numpy/\(name).npy")
      for count in bytes.indices {
        #expect(throws: FileContentError.self, "\(name), \(count) bytes") {
          try NumPyFile.counts(Array(bytes.prefix(count)))
        }
      }
      #expect(throws: FileContentError.self) { try NumPyFile.counts(bytes + [0]) }
    }
  }

  @Test("a flipped bit of the header is refused, or gives an array that fills the file")
  func flippedBits() throws {
    let bytes = try Fixtures.bytes("numpy/counts_u2.npy")
    var acceptedCount = 0
    for bit in 0..<128 * 8 {
      var changed = bytes
      changed[bit / 8] ^= 1 << (bit % 8)
      guard let (counts, shape) = try? NumPyFile.counts(changed) else { continue }
      acceptedCount += 1
      #expect(shape.reduce(1, *) == counts.count && [96, 192].contains(counts.count), "bit \(bit)")
    }
    // Other types of two bytes or of one.
    #expect((1...20).contains(acceptedCount))
  }

  @Test("shapes whose product overflows are refused, also beside a zero")
  func hostileShapes() throws {
    let bytes = try Fixtures.bytes("numpy/none.npy")
    for shape in ["(0, 9223372036854775807, 9)", "(4294967296, 4294967296)", "(-1, 5)", "(01, 5)"] {
      let text = "{'descr': '<f8', 'fortran_order': False, 'shape': \(shape), }"
      let padded = text + String(repeating: " ", count: 117 - text.count) + "\n"
      #expect(throws: FileContentError.self, "\(shape)") {
        try NumPyFile.counts(Array(bytes[..<10]) + Array(padded.utf8))
      }
    }
  }
}
