import EventData
import FileAccess
import FrameConversion
import GestureDataSet
import HDF5
import Support
import SystemPackage
import Testing

@testable import FrameCache

@Suite("A cache's structure")
struct CacheStructureTests {
  private let folder: TemporaryDirectory
  private let path: FilePath

  init() throws {
    folder = try TemporaryDirectory()
    path = folder.file("cache.h5")
  }

  @Test(
    "is read as the HDF5 library reads it, for any number of samples",
    arguments: [0, 1, 2, 9, 1000, 1025, 5000], [ElementType.uint8, .uint16])
  func againstLibrary(sampleCount: Int, elementType: ElementType) throws {
    let counts: [DataSetSplit: Int] = [.train: sampleCount, .test: sampleCount / 2]
    try TinyCache.write(path, sampleCounts: counts, elementType: elementType)
    let cache = try FrameCache(opening: path)
    #expect(cache.elementType == elementType)
    let library = try HDF5File(opening: path.string)
    for split in DataSetSplit.allCases {
      let count = counts[split] ?? 0
      let group = try library.root.group(split.rawValue)
      #expect(
        cache.records[split] == (0..<count).map { TinyCache.record($0, frameCount: 1, .gesture) })
      #expect(
        try group.dataset("names").readStrings(maximumCount: 1 << 30)
          == cache.records[split]?.map(\.name))
      #expect(
        try group.dataset("window_end_us").read(as: Int64.self, maximumCount: count)
          == cache.records[split]?.map(\.windowMicroseconds.upperBound))
      let locations = try group.dataset("frames").chunkLocations(maximumCount: count)
        .sorted { $0.firstElement[0] < $1.firstElement[0] }
      #expect(
        locations.map { Int($0.byteOffset)..<Int($0.byteOffset + $0.byteCount) }
          == cache.chunks[split])
    }
    #expect(cache.sources.map(\.name) == ["archive.tar.gz"])
    #expect(cache.sources.map(\.modificationNanoseconds) == [-7])
    #expect(cache.sources.map(\.contentHash) == [.max])
    #expect(try CacheVerification(cache, threadCount: 2).defects().isEmpty)
  }

  @Test("and its frames come from the file that was opened, even if another replaces it")
  func replacedFile() throws {
    try TinyCache.write(path, sampleCounts: [.train: 2, .test: 1])
    let other = folder.file("other.h5")
    try TinyCache.write(other, sampleCounts: [.train: 3, .test: 3], frameCount: 2)
    let cache = try FrameCache(opening: path)
    var (before, after): ([UInt16], [UInt16]) = ([], [])
    var decoder = FrameDecoder(cache)
    try decoder.decode(SampleIndex(.train, 1), into: &before)
    try renameItem(other, to: path)
    try decoder.decode(SampleIndex(.train, 1), into: &after)
    #expect(before == after)
    #expect(try CacheVerification(cache, threadCount: 1).defects().isEmpty)
    #expect(cache.sampleCount(in: .train) == 2)
    #expect(try FrameCache(opening: path).sampleCount(in: .train) == 3)
  }

  @Test("is read in time linear in the number of samples")
  func manySamples() throws {
    let sampleCount = 100_000
    try TinyCache.write(path, sampleCounts: [.train: sampleCount, .test: 1])
    let clock = ContinuousClock()
    var cache: FrameCache?
    let duration = try clock.measure { cache = try FrameCache(opening: path) }
    #expect(cache?.chunks[.train]?.count == sampleCount)
    print("opening \(sampleCount) samples: \(duration)")
    // It takes 0.1 s; looking up each chunk with the HDF5 library took minutes.
    #expect(duration < .seconds(20))
  }

  @Test("with a damaged or missing page of its chunk index is rejected")
  func damagedPages() throws {
    try TinyCache.write(path, sampleCounts: [.train: 1500, .test: 0])
    let valid = try readFile(path)
    let signature = Array("FADB".utf8)
    let start = try #require(
      (0..<valid.count).first { valid[$0..<min($0 + 4, valid.count)].elementsEqual(signature) })
    // After 14 bytes come a bitmap byte for the two pages, the checksum, and the first page.
    #expect(valid[start + 14] == 0xC0)
    for byteOffset in [start + 14, start + 16, start + 19, start + 19 + 1024 * 16] {
      try CacheDamage.flip(path, byteOffset: byteOffset)
      let error = #expect(throws: FrameCacheError.self) { try FrameCache(opening: path) }
      #expect(error?.detail.hasSuffix("is damaged: the checksum is wrong") == true)
      try writeFile(valid, to: path)
    }
    let changed = ChecksummedFile(valid).changing([(start + 14, 0x80)])
    try writeFile(changed, to: path)
    let error = #expect(throws: FrameCacheError.self) { try FrameCache(opening: path) }
    #expect(
      error?.description
        == "\(path): /train/frames, chunk of sample 1024: the chunk is missing")
  }

  @Test("of a file that shrinks while it is read is an error, not a signal")
  func shrinkingFile() throws {
    try TinyCache.write(path, sampleCounts: [.train: 100, .test: 1])
    for byteCount in [0, 4096, 16384] as [Int64] {
      try TinyCache.write(path, sampleCounts: [.train: 100, .test: 1])
      let file = try MappedFile(path)
      let descriptor = try FileDescriptor.open(path, .readWrite)
      try descriptor.closeAfter { try descriptor.resize(to: byteCount) }
      let error = #expect(throws: FrameCacheError.self) {
        try file.withBytes { (bytes) throws(FrameCacheError) in
          _ = try FrameCacheStructure(path, bytes)
        }
      }
      #expect(error?.code == .file)
      #expect(error?.detail.contains("the file has shrunk since it was opened") == true)
    }
  }

  @Test("with 2^28 samples and no chunks is rejected before memory is allocated")
  func sparseSamples() throws {
    let sampleCount = 1 << 28
    do {
      var writer: FrameCacheWriter? = try FrameCacheWriter(
        path, named: path, schema: .gesture,
        settings: CacheSettings(split: .number(frameCount: 2)), frameCount: 2,
        sampleCounts: [.train: sampleCount, .test: 0], elementType: .uint8)
      try writer.take()?.finish(records: [:], sources: [])
    }
    let descriptor = try FileDescriptor.open(path, .readWrite)
    try descriptor.closeAfter { try descriptor.resize(to: Int64(sampleCount) * 24) }
    let error = #expect(throws: FrameCacheError.self) { try FrameCache(opening: path) }
    #expect(
      error?.description == "\(path): /train/frames, chunk of sample 0: the chunk is missing")
  }

  @Test("with more frames than a cache can have is rejected")
  func tooManyFrames() throws {
    let writer = try FrameCacheWriter(
      path, named: path, schema: .gesture,
      settings: CacheSettings(split: .number(frameCount: 65_536)),
      frameCount: 65_536, sampleCounts: [:], elementType: .uint8)
    try writer.finish(records: [:], sources: [])
    let error = #expect(throws: FrameCacheError.self) { try FrameCache(opening: path) }
    #expect(
      error?.description
        == "\(path): attribute frames_number: 1 to 65535 expected, '65536' found")
  }

  @Test("names of attributes are reserved for what a cache has of each sample besides its frames")
  func reservedNames() {
    let names = [
      CacheFormat.Dataset.labels, CacheFormat.Dataset.names, CacheFormat.Dataset.recording,
      CacheFormat.Dataset.windowStart, CacheFormat.Dataset.windowEnd,
      CacheFormat.Dataset.eventCount, CacheFormat.Dataset.frameCount,
      CacheFormat.Dataset.frameStart, CacheFormat.Dataset.frameEnd,
    ]
    #expect(AttributeColumn.reservedNames == Set(names))
  }
}
