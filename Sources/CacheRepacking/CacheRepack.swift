internal import EventData
internal import FileAccess
public import FrameCache
internal import FrameConversion
internal import IsolatedReading
public import SystemPackage
public import Threads

/// Rewrites a cache of any program and storage layout in the layout of the package's own writer.
public struct CacheRepack: Sendable {
  /// The cache.
  public let source: FilePath
  /// The path of the new cache, which appears when it is complete; may be the source itself.
  public let destination: FilePath
  private let replacesExisting: Bool
  private let reader: [String]
  private let threadCount: Int
  private let observer: WorkObserver
  private let onLeftOut: @Sendable (String) -> Void

  /// Describes the work.
  ///
  /// - Parameters:
  ///   - source: The cache.
  ///   - destination: The new cache; its folder must exist.
  ///   - replacesExisting: Whether a file of that name may be replaced.
  ///   - reader: The program, and its first arguments, that calls
  ///     ``readerMain(_:memory:seconds:)``: libhdf5 crashes on some damaged files, so it reads them
  ///     in a process of its own.
  ///   - threadCount: Number of threads that check the new cache.
  ///   - observer: Receives the progress.
  ///   - onLeftOut: Receives the names of attributes, datasets and groups that are not part of the
  ///     format and are left out, as one text, before anything is replaced.
  public init(
    _ source: FilePath, to destination: FilePath, replacesExisting: Bool, reader: [String],
    threadCount: Int, observer: WorkObserver,
    onLeftOut: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.source = source
    self.destination = destination
    self.replacesExisting = replacesExisting
    self.reader = reader
    self.threadCount = threadCount
    self.observer = observer
    self.onLeftOut = onLeftOut
  }

  /// Reads, checks and writes.
  ///
  /// - Returns: The new cache.
  /// - Throws: ``FrameCache/FrameCacheError``; an existing file at the destination is then
  ///   unchanged.
  public func run() throws(FrameCacheError) -> FrameCache {
    do {
      let identity = try FileIdentity(of: source)
      let kind = try FileKind(at: source)
      guard kind == .hdf5 || kind == .other else {
        throw FrameCacheError(.format, source, "", kind.inPlace(of: "a frame cache"))
      }
      let copy = try StagedFile(for: copyName)
      try read(Int(identity.byteCount), into: copy.pathForWriting)
      guard try FileIdentity(of: source) == identity else {
        throw FrameCacheError(.file, source, "", "the file changed while it was read; try again")
      }
      if let names = try LeftOutNames.text(in: copy.pathForWriting) { onLeftOut(names) }
      let staged = try StagedFile(for: destination)
      try write(copy.pathForWriting, to: staged.pathForWriting)
      try staged.publish(replacing: replacesExisting)
      return try FrameCache(opening: destination)
    } catch let error as FrameCacheError {
      throw error
    } catch let error as FileError {
      throw FrameCacheError(error)
    } catch {
      throw FrameCacheError(.file, destination, "", "\(error)", cause: error)
    }
  }

  /// The path of the copy, in the destination's folder: its disk should have room for a cache.
  ///
  /// On file systems that support unnamed files, the file never has this name.
  private var copyName: FilePath {
    let name = destination.lastComponent?.string ?? "cache"
    return destination.parentDirectory.appending("\(name).copy")
  }

  private func read(_ byteCount: Int, into copy: FilePath) throws(FrameCacheError) {
    let limits = ReadingLimits(fileByteCount: byteCount)
    let process = ReadingProcess(
      command: reader + limits.arguments + ["--", source.string],
      elapsedSeconds: limits.elapsedSeconds, observer: observer)
    let outcome: ReadingProcess.Outcome
    do throws(Errno) { outcome = try process.run(writing: copy) } catch {
      throw FrameCacheError(
        .file, FilePath(reader[0]), "",
        "the process that reads the cache cannot be started: \(error)"
          + (FilePath("/proc/self").exists ? "" : ": repack needs /proc"), cause: error)
    }
    switch outcome {
    case .done: return
    case .cancelled: throw .cancelled(source)
    case .refused(let reason): throw FrameCacheError(.format, source, "", reason)
    case .failed(let event):
      throw FrameCacheError(
        .format, source, "",
        "the process that read it through libhdf5 \(event): the file is damaged or hostile; "
          + "'dvsprep convert' creates a new cache")
    }
  }

  /// Writes the content of the copy as a new cache, and verifies it.
  private func write(_ copy: FilePath, to path: FilePath) throws(FrameCacheError) {
    do throws(FrameCacheError) {
      let cache = try FrameCache(opening: copy)
      let sampleCounts = Dictionary(
        uniqueKeysWithValues: DataSetSplit.allCases.map { ($0, cache.sampleCount(in: $0)) })
      var writer = try FrameCacheWriter(
        path, named: destination, schema: cache.schema, settings: cache.settings,
        frameCount: cache.frameCount, sampleCounts: sampleCounts, elementType: cache.elementType)
      var decoder = FrameDecoder(cache)
      var encoder = ChunkEncoder(
        elementType: cache.elementType, elementCount: cache.sampleCellCount,
        level: cache.settings.compressionLevel)
      var counts: [UInt16] = []
      for (number, sample) in cache.samples.enumerated() {
        if observer.isCancelled() { throw FrameCacheError.cancelled(source) }
        try decoder.decode(sample, into: &counts)
        guard let chunk = encoder.encode(counts[...]) else {
          preconditionFailure("the counts come from the same type")
        }
        try writer.writeChunk(chunk, of: sample)
        observer.onProgress(
          WorkProgress(
            stage: .frames, completedCount: number + 1, totalCount: cache.samples.count))
      }
      try writer.finish(
        records: cache.records, sources: cache.sources, shardList: cache.shardList)
      let verification = CacheVerification(
        try FrameCache(opening: path), threadCount: threadCount, observer: observer)
      if let defect = try verification.defects().first { throw defect }
    } catch {
      // Users do not know the names of the temporary files; a defect in them comes from the source.
      guard error.path == copy || error.path == path else { throw error }
      throw FrameCacheError(error.code, source, error.location, error.detail, cause: error.cause)
    }
  }
}
