import EventData
import FrameCache
import HDF5
import Support
import SystemPackage
import Testing

@testable import CacheRepacking

@Suite("Caches rewritten by other programs")
struct StoredCacheCopyTests {
  private let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

  private func copy(_ path: FilePath) throws -> FrameCache {
    let target = folder.file("copy.h5")
    try StoredCacheCopy(memoryByteCount: 1 << 29).write(path, to: target)
    return try FrameCache(opening: target)
  }

  @Test(
    "are read as the original cache",
    arguments: try Fixtures.names(in: "foreign").filter { $0.hasSuffix(".h5") })
  func fixtures(name: String) throws {
    let original = try FrameCache(
      opening: Fixtures.path("foreign/\(name.hasPrefix("v1") ? "v1_uint8" : "v2_uint16").h5"))
    let cache = try copy(Fixtures.path("foreign/\(name)"))
    #expect(cache.schema == original.schema && cache.tool == original.tool)
    #expect(cache.records == original.records && cache.sources == original.sources)
    #expect(cache.elementType == original.elementType)
    // The compression level is unknown for chunks with other filters.
    var settings = cache.settings
    #expect(settings.compressionLevel == (name.contains("zstd_chunks") ? 3 : 1))
    settings.compressionLevel = original.settings.compressionLevel
    #expect(settings == original.settings)
    var decoder = FrameDecoder(cache)
    var originalDecoder = FrameDecoder(original)
    var (counts, originalCounts): ([UInt16], [UInt16]) = ([], [])
    for sample in original.samples {
      try decoder.decode(sample, into: &counts)
      try originalDecoder.decode(sample, into: &originalCounts)
      #expect(counts == originalCounts)
    }
  }

  @Test("have unknown attributes and objects listed, at every level")
  func leftOutNames() throws {
    for version in ["v1_uint8", "v2_uint16"] {
      _ = try copy(Fixtures.path("foreign/\(version).h5"))
      #expect(try LeftOutNames.text(in: folder.file("copy.h5")) == nil)
      _ = try copy(Fixtures.path("foreign/\(version)_attribute_added.h5"))
      let notes = (0..<12).map { "attribute note_\($0), " }.sorted().joined()
      #expect(
        try LeftOutNames.text(in: folder.file("copy.h5")) == notes + "attribute note of /train")
    }
  }

  @Test("may have many samples")
  func manySamples() throws {
    let path = folder.file("cache.h5")
    try TinyCache.write(path, sampleCounts: [.train: 1100], frameCount: 1, elementType: .uint16)
    var completed: [Int] = []
    try StoredCacheCopy(memoryByteCount: 1 << 29) { count, total in
      completed.append(count * 10_000 + total)
    }
    .write(path, to: folder.file("copy.h5"))
    #expect(completed == (1...1100).map { $0 * 10_000 + 1100 })
    #expect(
      try FrameCache(opening: folder.file("copy.h5")).records
        == FrameCache(opening: path).records)
  }

  @Test("are rejected if chunks of frames were never written")
  func missingChunk() throws {
    let path = folder.file("cache.h5")
    try writeCache(path) { writer, chunk in
      try writer.writeChunk(chunk, of: SampleIndex(.train, 1))
    }
    let error = #expect(throws: HDF5Error.self) { try copy(path) }
    #expect(error?.description == "/train/frames: some elements were never written")
  }

  @Test("are rejected if a chunk is damaged")
  func damagedChunk() throws {
    let path = folder.file("cache.h5")
    try writeCache(path) { writer, chunk in
      try writer.writeChunk(chunk, of: SampleIndex(.train, 0))
      var damaged = chunk
      damaged[5] ^= 1
      try writer.writeChunk(damaged, of: SampleIndex(.train, 1))
    }
    let error = #expect(throws: HDF5Error.self) { try copy(path) }
    #expect(error?.object == "/train/frames")
  }

  @Test("are rejected if samples do not fit in memory")
  func largeSamples() throws {
    let path = folder.file("cache.h5")
    try TinyCache.write(path, sampleCounts: [.train: 1], frameCount: 40)
    let error = #expect(throws: HDF5Error.self) {
      try StoredCacheCopy(memoryByteCount: 50_000_000).write(path, to: folder.file("copy.h5"))
    }
    #expect(
      error?.description
        == "/train/frames: samples of [40, 2, 128, 128] take more memory than the file's size allows"
    )
  }

  @Test("are rejected if they are not caches")
  func otherFiles() throws {
    for name in ["net/lif_sigmoid.h5", "SHA256SUMS", "synthetic/duration_200000.h5"] {
      #expect(throws: HDF5Error.self) { try copy(Fixtures.path(name)) }
    }
  }

  /// Writes a cache of two samples with the chunks that `write` writes.
  private func writeCache(
    _ path: FilePath, _ write: (inout FrameCacheWriter, [UInt8]) throws -> Void
  ) throws {
    let original = try FrameCache(opening: Fixtures.path("foreign/v1_uint8.h5"))
    var writer = try FrameCacheWriter(
      path, named: path, schema: original.schema, settings: original.settings,
      frameCount: original.frameCount, sampleCounts: [.train: 2], elementType: .uint8)
    var encoder = ChunkEncoder(
      elementType: .uint8, elementCount: original.sampleCellCount, level: 1)
    let chunk = encoder.encode([])
    try write(&writer, try #require(chunk))
    try writer.finish(
      records: [.train: Array((original.records[.train] ?? []).prefix(2)), .test: []], sources: [])
  }
}
