import FileAccess
import Support
import Testing

@testable import ZipArchives

@Suite("A member that is decompressed piece by piece")
struct MemberInflaterTests {
  /// Bytes of which some repeat.
  private static func content(
    _ count: Int, using generator: inout SeededGenerator
  ) -> [UInt8] {
    var content: [UInt8] = []
    while content.count < count {
      let byte = UInt8.random(in: 0...255, using: &generator)
      content += [UInt8](repeating: byte, count: Int.random(in: 1...40, using: &generator))
    }
    return Array(content.prefix(count))
  }

  private static func archive(_ content: [UInt8]) throws -> [UInt8] {
    var encoder = ZipEncoder(isCompressed: true)
    try encoder.add("a", content)
    return encoder.encoded()
  }

  /// Reads a member in pieces of given sizes, the last of what is left.
  private func read(_ archive: [UInt8], pieces: [Int] = [1000]) throws(FileContentError) -> [UInt8]
  {
    try archive.withRawSpan { span throws(FileContentError) in
      let member = try ZipDirectory(span).members[0]
      let inflater = try MemberInflater(member)
      var (content, buffer, number): ([UInt8], [UInt8], Int) = ([], [], 0)
      repeat {
        let count = min(member.byteCount - inflater.position, pieces[number % pieces.count])
        try inflater.read(count, of: span, into: &buffer)
        content += buffer.prefix(count)
        number += 1
      } while inflater.position < member.byteCount
      return content
    }
  }

  @Test("gives its content, in pieces of any size")
  func pieces() throws {
    var generator = SeededGenerator(printingSeedFor: "pieces of a member")
    for count in [0, 1, 999, 1000, 1001, 200_000] {
      let content = Self.content(count, using: &generator)
      let archive = try Self.archive(content)
      for pieces in [[1 << 20], [1000], [1, 70_000, 3], [17, 32_768, 65_536]] {
        #expect(try read(archive, pieces: pieces) == content, "\(count) in \(pieces)")
      }
    }
  }

  @Test("continues from a copy as from the original, which is not changed by it")
  func copies() throws {
    var generator = SeededGenerator(printingSeedFor: "copies of an inflater")
    let content = Self.content(300_000, using: &generator)
    let archive = try Self.archive(content)
    try archive.withRawSpan { span in
      let member = try ZipDirectory(span).members[0]
      for _ in 0..<20 {
        let inflater = try MemberInflater(member)
        let start = Int.random(in: 0...content.count, using: &generator)
        try inflater.skip(to: start, of: span)
        let copy = try MemberInflater(copying: inflater)
        var buffer: [UInt8] = []
        let left = content.count - start
        for inflater in [copy, inflater, try MemberInflater(copying: copy)] {
          let count = min(left, content.count - inflater.position)
          #expect(inflater.position == content.count - count)
          try inflater.read(count, of: span, into: &buffer)
          #expect(buffer.prefix(count) == content[(content.count - count)...])
        }
      }
    }
  }

  @Test("is refused with the last piece if a bit is flipped, or read as it was")
  func flippedBits() throws {
    var generator = SeededGenerator(seed: 34)
    let content = Self.content(4000, using: &generator)
    let archive = try Self.archive(content)
    var refusedCount = 0
    for bit in 0..<archive.count * 8 {
      guard let found = try? read(archive.flippingBit(bit), pieces: [700]) else {
        refusedCount += 1
        continue
      }
      #expect(found == content, "bit \(bit)")
    }
    #expect(refusedCount > archive.count * 7)
  }

  @Test("is refused if its content is shorter or longer than the directory says")
  func otherSizes() throws {
    let archive = try Self.archive([UInt8](repeating: 7, count: 5000))
    let entry = try #require(
      archive.indices.first { archive[$0...].starts(with: [0x50, 0x4B, 1, 2]) })
    for size in [4999, 5001, 6000, 0] {
      var changed = archive
      changed.replaceSubrange(entry + 24..<entry + 28, with: littleEndianBytes(UInt32(size)))
      for pieces in [[100], [1 << 20]] {
        let error = #expect(throws: FileContentError.self) { try read(changed, pieces: pieces) }
        #expect(error?.description == "a: the compressed content is corrupt", "\(size)")
      }
    }
  }

  @Test("is compressed as a whole if zlib gets it in several pieces, as it does over 1 GiB")
  func compressedInPieces() throws {
    var generator = SeededGenerator(seed: 35)
    let content = Self.content(50_000, using: &generator)
    let whole = try #require(Deflate.deflated(content))
    for size in [1000, 49_999, 50_000, 50_001] {
      let deflated = try #require(Deflate.deflated(content, pieceByteCount: size))
      let checksum = content.withRawSpan { Deflate.checksum($0) }
      let member = ZipMember(
        name: "a", byteCount: content.count, storedRange: 0..<deflated.count, offset: 0,
        isDeflated: true, checksum: checksum)
      let found = try deflated.withRawSpan { span throws(FileContentError) in
        var buffer: [UInt8] = []
        try MemberInflater(member).read(content.count, of: span, into: &buffer)
        return buffer
      }
      #expect(found == content, "pieces of \(size)")
      if size >= content.count { #expect(deflated == whole) }
    }
  }
}
