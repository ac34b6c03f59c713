internal import EventData
internal import FileAccess
public import FrameCache
internal import FrameConversion
public import SystemPackage
public import Threads

/// Makes a cache of another program's frames.
public struct CacheImport: Sendable {
  private let frames: any ForeignFrames
  private let destination: FilePath
  private let replacesExisting: Bool
  private let settings: CacheSettings
  private let threadCount: Int
  private let observer: WorkObserver

  /// Describes the work.
  ///
  /// - Parameters:
  ///   - frames: The frames.
  ///   - destination: The new cache; its folder must exist.
  ///   - replacesExisting: Whether a file of that name may be replaced.
  ///   - compressionLevel: The Zstandard compression level.
  ///   - threadCount: Number of threads.
  ///   - observer: Receives progress, and can cancel the work.
  public init(
    _ frames: FoundFrames, to destination: FilePath, replacesExisting: Bool,
    compressionLevel: Int, threadCount: Int, observer: WorkObserver
  ) {
    self.frames = frames.frames
    self.destination = destination
    self.replacesExisting = replacesExisting
    settings = CacheSettings(
      split: frames.frames.split, importedFrom: frames.frames.program,
      compressionLevel: compressionLevel)
    self.threadCount = threadCount
    self.observer = observer
  }

  /// Reads, writes, verifies and publishes.
  ///
  /// - Returns: The new cache.
  /// - Throws: ``FrameCache/FrameCacheError``; an existing file at the destination is then
  ///   unchanged.
  public func run() throws(FrameCacheError) -> FrameCache {
    // As in a conversion: counts of one byte each, or else of two.
    for elementType in [ElementType.uint8, .uint16] {
      let staged = try StagedCache(for: destination)
      guard try write(elementType, to: staged.pathForWriting) else { continue }
      _ = try staged.verify(threadCount: threadCount, observer: observer)
      try staged.publish(replacing: replacesExisting)
      return try FrameCache(opening: destination)
    }
    preconditionFailure("every count fits two bytes, or reading it would have thrown")
  }

  /// Writes all samples; returns whether every count fitted the type.
  private func write(
    _ elementType: ElementType, to path: FilePath
  ) throws(FrameCacheError) -> Bool {
    let samples = frames.samples
    var writer = try FrameCacheWriter(
      path, named: destination, schema: frames.schema, settings: settings,
      frameCount: frames.frameCount,
      sampleCounts: Dictionary(grouping: samples, by: \.split).mapValues(\.count),
      elementType: elementType)
    let encoding = try SampleEncoding(
      frames, elementType, level: settings.compressionLevel, threadCount: threadCount, observer)
    var records: [DataSetSplit: [SampleRecord]] = [:]
    for round in encoding.rounds {
      for encoded in try encoding.encode(round) {
        guard let chunk = encoded.chunk else { return false }
        let split = samples[encoded.number].split
        let number = records[split, default: []].count
        try writer.writeChunk(chunk, of: SampleIndex(split, number))
        records[split, default: []].append(encoded.record)
        observer.onProgress(
          WorkProgress(
            stage: .frames, completedCount: encoded.number + 1, totalCount: samples.count))
      }
    }
    try writer.finish(records: records, sources: try frames.sources.files())
    return true
  }
}
