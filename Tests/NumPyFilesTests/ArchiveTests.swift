import FileAccess
import NumPyFiles
import Support
import Testing
import ZipArchives

@Suite("Archives of NumPy arrays")
struct ArchiveTests {
  private static let frames = ["stored", "compressed", "streamed"]

  @Test("stored, deflated and streamed members are read", arguments: frames)
  func reading(_ name: String) throws {
    let members = try NumPyFile.members(try Fixtures.bytes("numpy/\(name).npz"))
    #expect(Array(members.keys) == ["frames.npy"])
    let array = try #require(members["frames.npy"])
    #expect(try NumPyFile.counts(array).0 == NumPyFile.counts)
  }

  @Test("several members are read")
  func severalMembers() throws {
    let members = try NumPyFile.members(try Fixtures.bytes("numpy/events.npz"))
    #expect(members.keys.sorted() == ["p.npy", "t.npy", "x.npy", "y.npy"])
    for (_, array) in members { #expect(try NumPyFile.counts(array).0 == [0, 1, 2]) }
  }

  @Test("what is written is read again, and the same each time", arguments: [false, true])
  func writing(_ isCompressed: Bool) throws {
    func written() throws -> [UInt8] {
      var encoder = ZipEncoder(isCompressed: isCompressed)
      let counts = NumPyFile.counts.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
      let element = ElementDescription(.unsigned, byteCount: 2)
      try encoder.add("frames", ArrayHeader(element, shape: [4, 2, 3, 4]), counts)
      try encoder.add("none", ArrayHeader(element, shape: [0]), [])
      return encoder.encoded()
    }
    let archive = try written()
    #expect(try archive == written())
    let members = try NumPyFile.members(archive)
    #expect(members.keys.sorted() == ["frames.npy", "none.npy"])
    let array = try #require(members["frames.npy"])
    let numpy = try Fixtures.bytes("numpy/counts_u2.npy")
    #expect(array == numpy)
    #expect(isCompressed == (archive.count < 2 * 128 + numpy.count))
  }

  @Test("any number of members is written and read", arguments: [65_534, 65_535, 65_536])
  func manyMembers(_ count: Int) throws {
    var encoder = ZipEncoder(isCompressed: false)
    let header = ArrayHeader(ElementDescription(.unsigned, byteCount: 1), shape: [0])
    for number in 0..<count { try encoder.add("\(number)", header, []) }
    let archive = encoder.encoded()
    // Safe: any byte is a valid UInt8, and the array lives until the end.
    let members = try ZipDirectory(unsafe archive.span.bytes).members
    #expect(members.count == count && members.last?.name == "\(count - 1).npy")
  }

  @Test("every shorter prefix, and an extra byte, is refused", arguments: frames + ["events"])
  func prefixes(_ name: String) throws {
    let bytes = try Fixtures.bytes("numpy/\(name).npz")
    for count in bytes.indices {
      #expect(throws: FileContentError.self, "\(count) bytes") {
        try NumPyFile.members(Array(bytes.prefix(count)))
      }
    }
    #expect(throws: FileContentError.self) { try NumPyFile.members(bytes + [0]) }
  }

  @Test(
    "a file with a flipped bit is refused, or has the same content", arguments: frames + ["events"])
  func flippedBits(_ name: String) throws {
    let bytes = try Fixtures.bytes("numpy/\(name).npz")
    let expected = try NumPyFile.members(bytes)
    for bit in 0..<bytes.count * 8 {
      var changed = bytes
      changed[bit / 8] ^= 1 << (bit % 8)
      guard let members = try? NumPyFile.members(changed) else { continue }
      #expect(members == expected, "bit \(bit)")
    }
  }

  @Test("a content that is too large is refused before memory is allocated")
  func largeContent() throws {
    var bytes = try Fixtures.bytes("numpy/compressed.npz")
    let directory = try #require(
      bytes.indices.first { bytes[$0...].starts(with: [0x50, 0x4B, 1, 2]) })
    bytes.replaceSubrange(directory + 24..<directory + 28, with: [0, 0, 0, 0x70])
    // Safe: any byte is a valid UInt8, and the array lives until the end.
    let span = unsafe bytes.span.bytes
    let member = try #require(try ZipDirectory(span).members.first)
    let error = #expect(throws: FileContentError.self) {
      try member.withContent(in: span, maximumByteCount: 1 << 20) { _ throws(FileContentError) in }
    }
    #expect(error?.detail == "at most 1048576 bytes expected, 1879048192 found")
    #expect(throws: FileContentError.self) {
      try member.withContent(in: span, maximumByteCount: .max) { _ throws(FileContentError) in }
    }
  }
}
