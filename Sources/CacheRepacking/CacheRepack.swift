internal import EventData
internal import FileAccess
public import FrameCache
internal import FrameConversion
public import SystemPackage
public import Threads

/// A cache that is written anew as the package's own writer does, whatever program stored it how.
public struct CacheRepack: Sendable {
  /// The cache.
  public let source: FilePath
  /// Where the new one appears when it is complete; may be the cache itself.
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
  ///   - destination: Its folder must be there.
  ///   - replacesExisting: Whether a file of that name may be replaced.
  ///   - reader: The program, and its first arguments, that calls
  ///     ``readerMain(_:memory:seconds:)``: libhdf5 crashes on some damaged files, so it reads them
  ///     in a process of its own.
  ///   - threadCount: How many threads check the new cache.
  ///   - observer: Is told how far it is.
  ///   - onLeftOut: Gets the names of attributes, datasets and groups that no cache has and the new
  ///     one will not have, as one text, before anything is replaced.
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
  /// - Throws: ``FrameCache/FrameCacheError``; whatever had the new cache's name still has it.
  public func run() throws(FrameCacheError) -> FrameCache {
    do {
      let identity = try FileIdentity(of: source)
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

  /// Beside the destination, where there is room for a cache; it never has this name where the file
  /// system knows files without one.
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
        .file, FilePath(reader[0]), "", "cannot be started: \(error)", cause: error)
    }
    switch outcome {
    case .done: return
    case .cancelled: throw .cancelled(source)
    case .refused(let reason): throw FrameCacheError(.format, source, "", reason)
    case .failed(let event):
      throw FrameCacheError(
        .format, source, "",
        "the process that read it through libhdf5 \(event): the file is damaged or hostile; "
          + "'dvsprep convert' makes the cache anew")
    }
  }

  /// Writes what the copy holds, and reads it back.
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
      try writer.finish(records: cache.records, sources: cache.sources)
      let verification = CacheVerification(
        try FrameCache(opening: path), threadCount: threadCount, observer: observer)
      if let defect = try verification.defects().first { throw defect }
    } catch {
      // Neither file has a name that people know; what is wrong is wrong in the source.
      guard error.path == copy || error.path == path else { throw error }
      throw FrameCacheError(error.code, source, error.place, error.detail, cause: error.cause)
    }
  }
}
