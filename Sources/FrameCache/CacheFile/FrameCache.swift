public import EventData
internal import FileAccess
public import SystemPackage

/// A frame cache, open for reading: the frames are memory-mapped, everything else is in memory.
///
/// The file is opened once, so that structure and frames come from one file even if another takes
/// its name meanwhile. Any number of threads can decode frames concurrently.
public final class FrameCache: Sendable {
  /// The cache's file.
  public let path: FilePath

  /// The data set: sensor, classes and attribute columns.
  public let schema: DataSetSchema

  /// The settings of the conversion.
  public let settings: CacheSettings

  /// T, the frames of every sample including padding.
  public let frameCount: Int

  /// The type in which counts are stored.
  public let elementType: ElementType

  /// The files from which the cache was converted.
  public let sources: [SourceFile]

  /// The recordings of a shard; `nil` for a whole cache, or a shard of another program.
  public let shardList: ShardList?

  /// The program that wrote the cache, with its version.
  public let tool: String

  /// The records of the samples of each split.
  public let records: [DataSetSplit: [SampleRecord]]

  /// The version of the format.
  public var formatVersion: Int { Int(version.rawValue) }

  let version: CacheVersion
  let file: MappedFile
  let chunks: [DataSetSplit: [Range<Int>]]

  /// Opens a cache and checks its attributes, its datasets and the addresses of its chunks.
  ///
  /// - Throws: ``FrameCacheError`` that names what is missing or wrong.
  public init(opening path: FilePath) throws(FrameCacheError) {
    do throws(FileError) { file = try MappedFile(path) } catch { throw FrameCacheError(error) }
    let content = try file.withBytes { (bytes) throws(FrameCacheError) in
      let kind = FileKind(of: bytes)
      guard kind == .hdf5 || kind == .other else {
        throw FrameCacheError(.format, path, "", kind.inPlace(of: "a frame cache"))
      }
      return try FrameCacheStructure(path, bytes)
    }
    self.path = path
    version = content.header.version
    schema = content.header.schema
    settings = content.settings
    frameCount = content.header.frameCount
    elementType = content.elementType
    sources = content.sources
    shardList = content.shardList
    tool = content.header.tool
    records = content.records
    chunks = content.chunks
  }

  /// The width and height of a frame.
  public var frameShape: FrameShape { settings.frameShape(of: schema) }

  /// Number of cells of a sample: T · 2 · H · W.
  public var sampleCellCount: Int { frameCount * frameShape.cellCount }

  /// The file's size in bytes.
  public var byteCount: Int { file.byteCount }

  /// Number of samples in a split.
  public func sampleCount(in split: DataSetSplit) -> Int { records[split]?.count ?? 0 }

  /// All samples, training samples first.
  public var samples: [SampleIndex] {
    DataSetSplit.allCases.flatMap { split in
      (0..<sampleCount(in: split)).map { SampleIndex(split, $0) }
    }
  }

  /// The record of a sample.
  public func record(of sample: SampleIndex) -> SampleRecord {
    guard let records = records[sample.split], records.indices.contains(sample.number) else {
      preconditionFailure("no sample \(sample)")
    }
    return records[sample.number]
  }
}
