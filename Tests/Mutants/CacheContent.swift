import EventData
import FileAccess
import FrameCache
import FrameConversion
import SystemPackage

/// The whole content of a cache; frames are compared by their hashes.
struct CacheContent: Equatable {
  private let version: Int
  private let schema: DataSetSchema
  private let settings: CacheSettings
  private let frameCount: Int
  private let elementType: ElementType
  private let sources: [SourceFile]
  private let tool: String
  private let records: [DataSetSplit: [SampleRecord]]
  private let frameHashes: [UInt64]

  /// Reads a cache and decodes all of it.
  init(_ path: FilePath) throws(FrameCacheError) {
    let cache = try FrameCache(opening: path)
    version = cache.formatVersion
    schema = cache.schema
    var settings = cache.settings
    // The level does not affect the content. libhdf5's copy records the nearest valid level.
    let levels = CacheSettings.compressionLevels
    settings.compressionLevel = min(
      max(settings.compressionLevel, levels.lowerBound), levels.upperBound)
    self.settings = settings
    frameCount = cache.frameCount
    elementType = cache.elementType
    sources = cache.sources
    tool = cache.tool
    records = cache.records
    var decoder = FrameDecoder(cache)
    var counts: [UInt16] = []
    var hashes: [UInt64] = []
    for sample in cache.samples {
      try decoder.decode(sample, into: &counts)
      hashes.append(countsHash(counts[...]))
    }
    frameHashes = hashes
    // Only to test that verification ends; its defects do not matter here.
    _ = try CacheVerification(cache, threadCount: 1).defects()
  }

  /// The names of the parts that differ.
  func differences(from other: CacheContent) -> [String] {
    var names: [String] = []
    func compare<Value: Equatable>(_ name: String, _ value: KeyPath<CacheContent, Value>) {
      if self[keyPath: value] != other[keyPath: value] { names.append(name) }
    }
    compare("version", \.version)
    compare("schema", \.schema)
    compare("settings", \.settings)
    compare("frame count", \.frameCount)
    compare("element type", \.elementType)
    compare("sources", \.sources)
    compare("tool", \.tool)
    compare("records", \.records)
    compare("frames", \.frameHashes)
    return names
  }
}
