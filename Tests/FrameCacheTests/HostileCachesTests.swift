import EventData
import GestureDataSet
import HDF5Reading
import Support
import SystemPackage
import Testing

@testable import FrameCache

@Suite("Hostile caches are rejected in one line, or read as the original")
struct HostileCachesTests {
  private let folder: TemporaryDirectory

  init() throws {
    folder = try TemporaryDirectory()
  }

  /// A small valid cache of a format version; 3 is a shard of version 2.
  private func validCache(_ version: Int = 1) throws -> [UInt8] {
    let path = folder.file("cache.h5")
    let schema = DataSetSchema(
      name: "small", sensor: FrameShape(width: 9, height: 8), classNames: ["a", "b", "c"],
      columns: [AttributeColumn("session", .integer), AttributeColumn("place", .text)],
      splitRule: "by halves")
    try TinyCache.write(
      path, sampleCounts: [.train: 3, .test: 1], schema: version == 1 ? nil : schema,
      shard: version == 3 ? Shard(number: 1, of: 3) : .whole, hasList: version == 3)
    return try readFile(path)
  }

  /// Reads a cache's structure.
  private func read(_ bytes: [UInt8]) -> Result<FrameCacheStructure, FrameCacheError> {
    Result { () throws(FrameCacheError) in
      // Safe: the span does not outlive the array.
      try unsafe FrameCacheStructure("cache.h5", bytes.span.bytes)
    }
  }

  /// Whether a cache is rejected in one line (`true`) or read as `original` (`false`); `nil` is a
  /// failure of the test.
  private func isRejected(_ bytes: [UInt8], _ original: FrameCacheStructure) -> Bool? {
    switch read(bytes) {
    case .failure(let error):
      return error.description.contains("\n") || error.detail.isEmpty ? nil : true
    case .success(let structure):
      let isEqual =
        structure.records == original.records && structure.chunks == original.chunks
        && structure.settings == original.settings && structure.sources == original.sources
        && structure.header.tool == original.header.tool
        && structure.header.schema == original.header.schema
        && structure.elementType == original.elementType
        && structure.shardList == original.shardList
      return isEqual ? false : nil
    }
  }

  @Test("an attribute name that is a path is rejected")
  func attributeName() throws {
    let original = ChecksummedFile(try validCache(2))
    let name = Array("session".utf8)
    let nameOffsets = original.chunks.compactMap { chunk in
      chunk.content.dropLast(name.count).first {
        original.bytes[$0..<($0 + name.count)].elementsEqual(name)
      }
    }
    try #require(nameOffsets.count == 1)
    let error = #expect(throws: FrameCacheError.self) {
      try read(original.changing([(nameOffsets[0] + 4, UInt8(ascii: "/"))])).get()
    }
    #expect(error?.location == "/attributes")
    #expect(error?.detail.hasSuffix("without '/' and zeros, 'sess/on' found") == true)
  }

  @Test(
    "every prefix is rejected, even if its superblock has the prefix's length",
    arguments: [1, 2, 3])
  func prefixes(version: Int) throws {
    let original = try validCache(version)
    let structure = try read(original).get()
    var (misread, acceptedCount) = (0, 0)
    for byteCount in 0..<original.count {
      if isRejected(Array(original.prefix(byteCount)), structure) != true { misread += 1 }
      guard byteCount >= 48, byteCount % 5 == 0 else { continue }
      let end = (0..<8).map { (28 + $0, UInt8(truncatingIfNeeded: byteCount >> (8 * $0))) }
      let changed = ChecksummedFile(header: original).changing(end)
      switch isRejected(Array(changed.prefix(byteCount)), structure) {
      case nil: misread += 1
      case false: acceptedCount += 1
      case true: break
      }
    }
    #expect(misread == 0)
    // The library leaves some unused space after the last block.
    #expect(acceptedCount < 200, "\(acceptedCount)")
  }

  @Test("every change of a single byte is detected or harmless", arguments: [1, 2, 3])
  func changedBytes(version: Int) throws {
    let original = try validCache(version)
    let structure = try read(original).get()
    var misread: [Int] = []
    var detectedCount = 0
    for byteOffset in original.indices {
      // Unused space is zeros; a few of these bytes are enough.
      if original[byteOffset] == 0, byteOffset % 8 != 0 { continue }
      var changed = original
      for change: UInt8 in hasSanitizer ? [0xFF] : [0x01, 0x80, 0xFF] {
        changed[byteOffset] = original[byteOffset] ^ change
        switch isRejected(changed, structure) {
        case nil: misread.append(byteOffset)
        case true: detectedCount += 1
        case false: break
        }
      }
    }
    // Frames have their own checksums, which decoding verifies.
    #expect(misread.isEmpty, "\(misread.prefix(10))")
    print("changed bytes of the structure that were detected: \(detectedCount)")
  }

  @Test(
    "changes with corrected checksums never end the process or take long", arguments: [1, 2, 3])
  func consistentChanges(version: Int) throws {
    let original = try validCache(version)
    var generator = SeededGenerator(printingSeedFor: "consistentChanges")
    let file = ChecksummedFile(original)
    #expect(file.blocks.count > 40)
    let addresses = file.blocks.map(\.content.lowerBound)
    var (rejectedCount, multilineCount) = (0, 0)
    let mutantCount = (version == 3 ? 4_000 : 12_000) / (hasSanitizer ? 4 : 1)
    for number in 0..<mutantCount {
      var changes: [(Int, UInt8)] = []
      for _ in 0..<Int.random(in: 1...3, using: &generator) {
        guard let block = file.blocks.randomElement(using: &generator) else { continue }
        let byteOffset = Int.random(in: block.content, using: &generator)
        if number.isMultiple(of: 3),
          let address = offsetOfAddress(near: byteOffset, of: addresses, in: original)
        {
          // Replace an address by another, so that blocks refer to other blocks, or to themselves.
          let other = addresses.randomElement(using: &generator) ?? 0
          changes += (0..<8).map { (address + $0, UInt8(truncatingIfNeeded: other >> (8 * $0))) }
        } else {
          let byte = original[byteOffset]
          let choices: [UInt8] = [
            0, 1, 0x7F, 0x80, 0xFF, byte &+ 1, byte &- 1, byte ^ (1 << UInt8(number % 8)),
          ]
          changes.append((byteOffset, choices.randomElement(using: &generator) ?? 0))
        }
      }
      if case .failure(let error) = read(file.changing(changes)) {
        rejectedCount += 1
        if error.description.contains("\n") { multilineCount += 1 }
      }
    }
    #expect(multilineCount == 0)
    #expect(rejectedCount > mutantCount / 10)
    print("changes with new checksums: \(mutantCount), of which \(rejectedCount) were rejected")
  }

  /// The offset of the first block address within 64 bytes from a byte on.
  private func offsetOfAddress(
    near byteOffset: Int, of addresses: [Int], in original: [UInt8]
  ) -> Int? {
    (byteOffset..<max(byteOffset, min(byteOffset + 64, original.count - 8))).first { start in
      let value = (0..<8).reduce(0) { $0 | Int(original[start + $1]) &<< (8 * $1) }
      return value > 0 && addresses.contains(value)
    }
  }

  @Test(
    "extents that may grow or shrink are rejected: the layout of the chunk index depends on them")
  func otherMaximumExtents() throws {
    let original = try validCache()
    // Version 2, five axes, with maximum extents, not a scalar.
    let message: [UInt8] = [2, 5, 1, 1]
    let starts = (0..<(original.count - 84)).filter {
      original[$0..<($0 + 4)].elementsEqual(message) && original[$0 + 4] == 3
    }
    let start = try #require(starts.first)
    for axis in 0..<5 {
      let byteOffset = start + 4 + 40 + 8 * axis
      for value in [0, original[byteOffset] + 1] {
        let changed = ChecksummedFile(original).changing([(byteOffset, value)])
        guard case .failure(let error) = read(changed) else {
          Issue.record("axis \(axis), at most \(value), was read")
          continue
        }
        #expect(error.location.hasPrefix("/train/frames"))
      }
    }
  }

  @Test("a shuffle of another width than that of the counts is rejected")
  func otherShuffle() throws {
    let path = folder.file("wide.h5")
    try TinyCache.write(path, sampleCounts: [.train: 3, .test: 1], elementType: .uint16)
    let wide = try readFile(path)
    // Version 2, three filters, the first of them shuffle with the one value 2.
    let message: [UInt8] = [2, 3, 2, 0, 0, 0, 1, 0, 2, 0, 0, 0]
    let start = try #require(
      (0..<(wide.count - 12)).first { wide[$0..<($0 + 12)].elementsEqual(message) })
    for value: UInt8 in [0, 1, 4, 0x42] {
      guard case .failure(let error) = read(ChecksummedFile(wide).changing([(start + 8, value)]))
      else {
        Issue.record("a shuffle of \(value) bytes was read")
        continue
      }
      #expect(error.location == "/train/frames")
      #expect(error.detail.hasPrefix("the filter 2 of 2 bytes expected, [\(value)] found"))
    }
  }

  @Test("a text of the file cannot break a message into lines")
  func lineEnds() throws {
    let original = try validCache()
    let start = try #require(
      original.indices.first { original[$0...].starts(with: "dvskit frame cache".utf8) })
    guard case .failure(let error) = read(ChecksummedFile(original).changing([(start + 6, 10)]))
    else {
      Issue.record("another format was read")
      return
    }
    #expect(
      error.detail == "'dvskit frame cache' expected, 'dvskit?frame cache' found", "\(error)")
  }

  @Test("files that crashed the HDF5 library, or exhausted its memory, are rejected by name")
  func attacks() throws {
    let names = try Fixtures.names(in: "hostile").filter { $0.hasSuffix(".h5") }
    #expect(names.count == 6)
    for name in names {
      let path = Fixtures.path("hostile/\(name)")
      let error = #expect(throws: FrameCacheError.self) { try FrameCache(opening: path) }
      #expect(error?.description.hasPrefix("\(path): ") == true)
      #expect((error?.cause as? HDF5ReadingError)?.code == .damaged)
    }
  }
}
