import EventData
import GestureDataSet
import HDF5Reading
import Support
import SystemPackage
import Testing

@testable import FrameCache

@Suite("Hostile caches are refused in one line, or read as the sound one")
struct HostileCaches {
  private let folder: TemporaryDirectory

  init() throws {
    folder = try TemporaryDirectory()
  }

  /// A small sound cache of a version of the format.
  private func soundCache(_ version: Int = 1) throws -> [UInt8] {
    let path = folder.file("cache.h5")
    let schema = DataSetSchema(
      name: "small", sensor: FrameShape(width: 9, height: 8), classNames: ["a", "b", "c"],
      columns: [AttributeColumn("session", .integer), AttributeColumn("place", .text)],
      splitRule: "by halves")
    try TinyCache.write(
      path, sampleCounts: [.train: 3, .test: 1], schema: version == 1 ? nil : schema)
    return try readFile(path)
  }

  /// Reads a cache's structure; gives what is wrong, or the structure.
  private func read(_ bytes: [UInt8]) -> Result<FrameCacheStructure, FrameCacheError> {
    Result { () throws(FrameCacheError) in
      // Safe: the span does not outlive the array.
      try unsafe FrameCacheStructure("cache.h5", bytes.span.bytes)
    }
  }

  /// Whether it was refused, in one line; otherwise it must be the sound one.
  private func isRefused(_ bytes: [UInt8], _ sound: FrameCacheStructure) -> Bool? {
    switch read(bytes) {
    case .failure(let error):
      return error.description.contains("\n") || error.detail.isEmpty ? nil : true
    case .success(let structure):
      let isEqual =
        structure.records == sound.records && structure.chunks == sound.chunks
        && structure.settings == sound.settings && structure.sources == sound.sources
        && structure.header.tool == sound.header.tool
        && structure.header.schema == sound.header.schema
        && structure.elementType == sound.elementType
      return isEqual ? false : nil
    }
  }

  @Test("an attribute is not called as a path is")
  func attributeName() throws {
    let sound = MendableFile(try soundCache(2))
    let name = Array("session".utf8)
    let places = sound.chunks.compactMap { chunk in
      chunk.content.dropLast(name.count).first {
        sound.bytes[$0..<($0 + name.count)].elementsEqual(name)
      }
    }
    try #require(places.count == 1)
    let error = #expect(throws: FrameCacheError.self) {
      try read(sound.mended([(places[0] + 4, UInt8(ascii: "/"))])).get()
    }
    #expect(error?.place == "/attributes")
    #expect(error?.detail.hasSuffix("without '/' and zeros, 'sess/on' found") == true)
  }

  @Test(
    "every prefix is refused, also one whose superblock says that it ends there", arguments: [1, 2])
  func prefixes(version: Int) throws {
    let sound = try soundCache(version)
    let structure = try read(sound).get()
    var (misread, acceptedCount) = (0, 0)
    for byteCount in 0..<sound.count {
      if isRefused(Array(sound.prefix(byteCount)), structure) != true { misread += 1 }
      guard byteCount >= 48, byteCount % 5 == 0 else { continue }
      let end = (0..<8).map { (28 + $0, UInt8(truncatingIfNeeded: byteCount >> (8 * $0))) }
      let mended = MendableFile(header: sound).mended(end)
      switch isRefused(Array(mended.prefix(byteCount)), structure) {
      case nil: misread += 1
      case false: acceptedCount += 1
      case true: break
      }
    }
    #expect(misread == 0)
    // Behind the last part that is used the library leaves some room.
    #expect(acceptedCount < 200, "\(acceptedCount)")
  }

  @Test("every single byte that is changed is noticed, or without effect", arguments: [1, 2])
  func changedBytes(version: Int) throws {
    let sound = try soundCache(version)
    let structure = try read(sound).get()
    var misread: [Int] = []
    var noticedCount = 0
    for byteOffset in sound.indices {
      // Room that nothing was written to is zeros; a few of them are enough.
      if sound[byteOffset] == 0, byteOffset % 8 != 0 { continue }
      var changed = sound
      for change: UInt8 in [0x01, 0x80, 0xFF] {
        changed[byteOffset] = sound[byteOffset] ^ change
        switch isRefused(changed, structure) {
        case nil: misread.append(byteOffset)
        case true: noticedCount += 1
        case false: break
        }
      }
    }
    // Frames have checksums of their own, which decoding looks at.
    #expect(misread.isEmpty, "\(misread.prefix(10))")
    print("changed bytes of the structure that were noticed: \(noticedCount)")
  }

  @Test(
    "changes whose checksums were mended never end the process, nor take long", arguments: [1, 2])
  func mendedChanges(version: Int) throws {
    let sound = try soundCache(version)
    var generator = SeededGenerator(printingSeedFor: "mendedChanges")
    let file = MendableFile(sound)
    #expect(file.blocks.count > 40)
    let addresses = file.blocks.map(\.content.lowerBound)
    var (refusedCount, multilineCount) = (0, 0)
    let mutantCount = 12_000
    for number in 0..<mutantCount {
      var changes: [(Int, UInt8)] = []
      for _ in 0..<Int.random(in: 1...3, using: &generator) {
        guard let block = file.blocks.randomElement(using: &generator) else { continue }
        let byteOffset = Int.random(in: block.content, using: &generator)
        if number.isMultiple(of: 3), let address = place(byteOffset, of: addresses, in: sound) {
          // One address in place of another, so that blocks lead to others, or to themselves.
          let other = addresses.randomElement(using: &generator) ?? 0
          changes += (0..<8).map { (address + $0, UInt8(truncatingIfNeeded: other >> (8 * $0))) }
        } else {
          let byte = sound[byteOffset]
          let choices: [UInt8] = [
            0, 1, 0x7F, 0x80, 0xFF, byte &+ 1, byte &- 1, byte ^ (1 << UInt8(number % 8)),
          ]
          changes.append((byteOffset, choices.randomElement(using: &generator) ?? 0))
        }
      }
      if case .failure(let error) = read(file.mended(changes)) {
        refusedCount += 1
        if error.description.contains("\n") { multilineCount += 1 }
      }
    }
    #expect(multilineCount == 0)
    #expect(refusedCount > mutantCount / 10)
    print("mended changes: \(mutantCount), of which \(refusedCount) were refused")
  }

  /// The next place from a byte on, in a few bytes, where the address of a block stands.
  private func place(_ byteOffset: Int, of addresses: [Int], in sound: [UInt8]) -> Int? {
    (byteOffset..<max(byteOffset, min(byteOffset + 64, sound.count - 8))).first { start in
      let value = (0..<8).reduce(0) { $0 | Int(sound[start + $1]) &<< (8 * $1) }
      return value > 0 && addresses.contains(value)
    }
  }

  @Test("extents that may grow or shrink are refused: the index of chunks is laid out for others")
  func otherMaximumExtents() throws {
    let sound = try soundCache()
    // Version 2, five axes, with a maximum, no scalar.
    let message: [UInt8] = [2, 5, 1, 1]
    let starts = (0..<(sound.count - 84)).filter {
      sound[$0..<($0 + 4)].elementsEqual(message) && sound[$0 + 4] == 3
    }
    let start = try #require(starts.first)
    for axis in 0..<5 {
      let place = start + 4 + 40 + 8 * axis
      for value in [0, sound[place] + 1] {
        let mended = MendableFile(sound).mended([(place, value)])
        guard case .failure(let error) = read(mended) else {
          Issue.record("axis \(axis), at most \(value), was read")
          continue
        }
        #expect(error.place.hasPrefix("/train/frames"))
      }
    }
  }

  @Test("a shuffle of another width than that of the counts is refused")
  func otherShuffle() throws {
    let path = folder.file("wide.h5")
    try TinyCache.write(path, sampleCounts: [.train: 3, .test: 1], elementType: .uint16)
    let wide = try readFile(path)
    // Version 2, three filters, the first of them shuffle with the one value 2.
    let message: [UInt8] = [2, 3, 2, 0, 0, 0, 1, 0, 2, 0, 0, 0]
    let start = try #require(
      (0..<(wide.count - 12)).first { wide[$0..<($0 + 12)].elementsEqual(message) })
    for value: UInt8 in [0, 1, 4, 0x42] {
      guard case .failure(let error) = read(MendableFile(wide).mended([(start + 8, value)])) else {
        Issue.record("a shuffle of \(value) bytes was read")
        continue
      }
      #expect(error.place == "/train/frames")
      #expect(error.detail.hasPrefix("the filter 2 of 2 bytes expected, [\(value)] found"))
    }
  }

  @Test("texts of a file do not break the line of a message")
  func lineEnds() throws {
    let sound = try soundCache()
    let start = try #require(
      sound.indices.first { sound[$0...].starts(with: "dvskit frame cache".utf8) })
    guard case .failure(let error) = read(MendableFile(sound).mended([(start + 6, 10)])) else {
      Issue.record("another format was read")
      return
    }
    #expect(
      error.detail == "'dvskit frame cache' expected, 'dvskit?frame cache' found", "\(error)")
  }

  @Test("files that ended or swelled the HDF5 library are refused by name")
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
