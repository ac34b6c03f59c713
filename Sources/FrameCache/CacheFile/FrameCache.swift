public import EventData
internal import FileAccess
public import SystemPackage

/// A frame cache, open for reading: all but the frames in memory, the frames mapped.
///
/// The file is opened once: structure and frames are those of one file, even where another takes
/// its name meanwhile. Any number of threads can decode frames at a time.
public final class FrameCache: Sendable {
  /// The cache's file.
  public let path: FilePath

  /// What the samples are of.
  public let schema: DataSetSchema

  /// What the cache was made by.
  public let settings: CacheSettings

  /// T, the frames of every sample, padding with them.
  public let frameCount: Int

  /// What counts are stored as.
  public let elementType: ElementType

  /// The files that the cache was made from.
  public let sources: [SourceFile]

  /// Which program made the cache.
  public let tool: String

  /// What is known of the samples of each part.
  public let records: [DataSetSplit: [SampleRecord]]

  /// The version of the format.
  public var formatVersion: Int { Int(version.rawValue) }

  let version: CacheVersion
  let file: MappedFile
  let chunks: [DataSetSplit: [Range<Int>]]

  /// Opens a cache and checks its attributes, its datasets and where its chunks stand.
  ///
  /// - Throws: ``FrameCacheError`` that names what is missing or wrong.
  public init(opening path: FilePath) throws(FrameCacheError) {
    do throws(FileError) { file = try MappedFile(path) } catch { throw FrameCacheError(error) }
    let content = try file.withBytes { (bytes) throws(FrameCacheError) in
      try FrameCacheStructure(path, bytes)
    }
    self.path = path
    version = content.header.version
    schema = content.header.schema
    settings = content.settings
    frameCount = content.header.frameCount
    elementType = content.elementType
    sources = content.sources
    tool = content.header.tool
    records = content.records
    chunks = content.chunks
  }

  /// The pixels of a frame.
  public var frameShape: FrameShape { settings.frameShape(of: schema) }

  /// Cells of a sample, `[T, 2, H, W]`.
  public var sampleCellCount: Int { frameCount * frameShape.cellCount }

  /// The file's size.
  public var byteCount: Int { file.byteCount }

  /// N of a part.
  public func sampleCount(in split: DataSetSplit) -> Int { records[split]?.count ?? 0 }

  /// All samples, training samples first.
  public var samples: [SampleIndex] {
    DataSetSplit.allCases.flatMap { split in
      (0..<sampleCount(in: split)).map { SampleIndex(split, $0) }
    }
  }

  /// What is known of a sample.
  public func record(of sample: SampleIndex) -> SampleRecord {
    guard let records = records[sample.split], records.indices.contains(sample.number) else {
      preconditionFailure("no sample \(sample)")
    }
    return records[sample.number]
  }

  /// What a sample is called in messages.
  public func place(of sample: SampleIndex) -> String {
    let record = record(of: sample)
    return
      "\(sample.split.rawValue) sample \(sample.number) (\(record.name), label \(record.label))"
  }
}
