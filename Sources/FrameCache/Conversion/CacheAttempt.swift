internal import AEDAT
internal import FileAccess
internal import GestureDataSet
internal import SystemPackage
internal import Threads

/// One attempt to write a cache with counts of one type.
struct CacheAttempt {
  struct Outcome {
    /// The cache's size; `nil` where a count did not fit.
    var byteCount: Int?
    var stageSeconds = StageSeconds()
  }

  private let production: FrameProduction
  private let elementType: ElementType
  private var options: ConversionOptions { production.conversion.options }
  private var observer: WorkObserver { production.conversion.observer }

  init(_ production: FrameProduction, elementType: ElementType) {
    self.production = production
    self.elementType = elementType
  }

  /// Writes, reads back and publishes.
  func run(_ destination: FilePath) throws(FrameCacheError) -> Outcome {
    var outcome = Outcome()
    let staged: StagedFile
    do throws(FileError) { staged = try StagedFile(for: destination) } catch {
      throw FrameCacheError(error)
    }
    guard try write(to: staged.pathForWriting, named: destination, &outcome) else {
      return outcome
    }
    let clock = ContinuousClock()
    let verifyBegin = clock.now
    do throws(FrameCacheError) {
      let cache = try FrameCache(opening: staged.pathForWriting)
      try CacheVerification(cache, threadCount: production.threadCount, observer: observer)
        .requireSound()
      outcome.byteCount = cache.byteCount
    } catch {
      // People know the file by the name it was to have.
      throw FrameCacheError(
        error.code, destination, error.place, error.detail, cause: error.cause)
    }
    outcome.stageSeconds.verify = clock.seconds(since: verifyBegin)
    let publishBegin = clock.now
    do throws(FileError) { try staged.publish(replacing: options.replacesExisting) } catch {
      throw FrameCacheError(error)
    }
    outcome.stageSeconds.write += clock.seconds(since: publishBegin)
    return outcome
  }

  /// A sample whose frames are ready to be written.
  private struct Product: Sendable {
    let record: SampleRecord
    /// `nil` where a count did not fit.
    let chunk: [UInt8]?
    let stageSeconds: StageSeconds
  }

  /// Makes all frames and writes them in the order of the jobs, so that the file's bytes do not
  /// depend on the number of threads.
  ///
  /// - Returns: Whether every count fitted.
  private func write(
    to path: FilePath, named destination: FilePath, _ outcome: inout Outcome
  ) throws(FrameCacheError) -> Bool {
    var sampleCounts: [DataSetSplit: Int] = [:]
    for job in production.jobs { sampleCounts[job.sample.split, default: 0] += 1 }
    var writer = try FrameCacheWriter(
      path, named: destination, settings: options.settings, frameCount: production.frameCount,
      sampleCounts: sampleCounts, elementType: elementType)
    var records: [DataSetSplit: [SampleIndex: SampleRecord]] = [:]
    let queue = OrderedQueue<Product>(capacity: 32 + 4 * production.threadCount)
    let failure = FirstFailure()
    let workers = startWorkers(queue, failure)
    guard workers.count > 0 else {
      throw FrameCacheError(
        .file, destination, "",
        "the system gives no thread to convert on: fewer processes, or a higher limit, would help")
    }
    defer { queue.close() }
    let clock = ContinuousClock()
    for (number, job) in production.jobs.enumerated() {
      guard let product = queue.next() else {
        workers.join()
        if observer.isCancelled() { throw .cancelled(destination, cause: failure.error) }
        throw failure.error ?? FrameCacheError(.content, destination, "", "a thread ended early")
      }
      outcome.stageSeconds.add(product.stageSeconds)
      guard let chunk = product.chunk else {
        queue.close()
        workers.join()
        return false
      }
      let begin = clock.now
      try writer.writeChunk(chunk, of: job.sample)
      outcome.stageSeconds.write += clock.seconds(since: begin)
      records[job.sample.split, default: [:]][job.sample] = product.record
      observer.onProgress(
        WorkProgress(
          stage: .frames, completedCount: number + 1, totalCount: production.jobs.count))
    }
    workers.join()
    let begin = clock.now
    let sources = try sources()
    try requireUnchangedSources(sources)
    try writer.finish(
      records: records.mapValues { bySample in
        bySample.sorted { $0.key.number < $1.key.number }.map(\.value)
      }, sources: sources)
    outcome.stageSeconds.write += clock.seconds(since: begin)
    return true
  }

  /// The files that the cache is made from, as they were when they were read, in the order of their
  /// names.
  private func sources() throws(FrameCacheError) -> [SourceFile] {
    let dataSet = production.dataSet
    var result: [SourceFile] = []
    func add(_ name: String, _ identity: FileIdentity?, _ contentHash: UInt64) {
      guard let identity else { preconditionFailure("a file without a size") }
      result.append(
        SourceFile(
          name: name, byteCount: UInt64(identity.byteCount),
          modificationNanoseconds: identity.modificationNanoseconds, contentHash: contentHash))
    }
    if dataSet.isArchive {
      let archive = try SourceState(of: dataSet.source.path)
      add(archive.name, dataSet.archiveIdentity, try archive.contentHash())
    } else {
      for file in dataSet.textFiles { add(file.name, file.identity, file.contentHash) }
      for (trial, scan) in zip(dataSet.trials, production.scans) {
        add(trial.name.recordingFileName, scan.identity, scan.contentHash)
      }
    }
    return result.sorted { $0.name < $1.name }
  }

  /// Makes sure that the files are still those that were read.
  private func requireUnchangedSources(_ sources: [SourceFile]) throws(FrameCacheError) {
    let noted = Dictionary(
      sources.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    for state in try SourceState.all(of: production.dataSet) {
      let source = noted[state.name]
      guard let source, source.byteCount == UInt64(state.identity.byteCount),
        source.modificationNanoseconds == state.identity.modificationNanoseconds
      else {
        throw FrameCacheError(
          .source, state.path, "", "the file has changed while the cache was made")
      }
    }
  }

  // MARK: Threads

  private func startWorkers(
    _ queue: OrderedQueue<Product>, _ failure: FirstFailure
  ) -> ThreadGroup {
    let production = production
    let jobs = production.jobs
    let counter = JobCounter(count: jobs.count)
    if production.dataSet.isArchive {
      // One thread leads; the archive itself deals the recordings out to the others.
      let firstJob = Dictionary(
        jobs.enumerated().map { ($1.trial, $0) }, uniquingKeysWith: { first, _ in first })
      return ThreadGroup(count: 1) { _ in
        do throws(GestureDataSetError) {
          try production.dataSet.forEachRecording(threadCount: production.threadCount) {
            (trial, recording) throws(GestureDataSetError) in
            guard var number = firstJob[trial] else { return }
            var workshop = Workshop(production, elementType)
            while number < jobs.count, jobs[number].trial == trial {
              try requireGoingOn(recording.path)
              let product = try workshop.make(jobs[number], from: recording)
              guard queue.put(product, at: number) else { throw .cancelled(recording.path) }
              number += 1
            }
          }
        } catch {
          failure.note(FrameCacheError(error), closing: queue.close)
        }
      }
    }
    return ThreadGroup(count: min(production.threadCount, jobs.count)) { _ in
      var workshop = Workshop(production, elementType)
      while let number = counter.next() {
        do throws(GestureDataSetError) {
          let job = jobs[number]
          try requireGoingOn(production.dataSet.source.path)
          let recording = try production.dataSet.mapRecording(ofTrial: job.trial)
          guard queue.put(try workshop.make(job, from: recording), at: number) else { return }
        } catch {
          failure.note(FrameCacheError(error), closing: queue.close)
          return
        }
      }
    }
  }

  private func requireGoingOn(_ path: FilePath) throws(GestureDataSetError) {
    if observer.isCancelled() { throw .cancelled(path) }
  }

  /// A thread's tools.
  private struct Workshop: ~Copyable {
    private let production: FrameProduction
    private var counter: FrameCounter
    private var encoder: ChunkEncoder

    init(_ production: FrameProduction, _ elementType: ElementType) {
      let options = production.conversion.options
      self.production = production
      counter = FrameCounter(invalidEvents: options.invalidEvents)
      encoder = ChunkEncoder(
        elementType: elementType, elementCount: production.frameCount * DVS128.cellCount,
        level: options.compressionLevel)
    }

    mutating func make(
      _ job: FrameProduction.Job, from recording: borrowing RecordingContents
    ) throws(GestureDataSetError) -> Product {
      let clock = ContinuousClock()
      let begin = clock.now
      let scan = production.scans[job.trial]
      let tally = scan.tallies[job.window]
      let sample = production.trialSample(of: job)
      guard recording.byteCount == scan.byteCount, recording.identity == scan.identity else {
        throw GestureDataSetError(
          recording.path, .whole, "the recording has changed while it was read")
      }
      let result = try counter.count(
        recording, window: sample.window.microseconds, tally: tally,
        split: production.conversion.options.split)
      var stageSeconds = StageSeconds()
      stageSeconds.read = Double(result.readNanoseconds) * 1e-9
      stageSeconds.count = clock.seconds(since: begin) - stageSeconds.read
      let compressBegin = clock.now
      let chunk = encoder.encode(
        counter.counts.prefix(result.frameCount * DVS128.cellCount))
      stageSeconds.compress = clock.seconds(since: compressBegin)
      return Product(
        record: record(sample, job, result), chunk: chunk, stageSeconds: stageSeconds)
    }

    private func record(
      _ sample: TrialSample, _ job: FrameProduction.Job, _ result: FrameCounter.Result
    ) -> SampleRecord {
      let trial = production.dataSet.trials[job.trial]
      let padding = repeatElement(Int64(-1), count: production.frameCount - result.frameCount)
      return SampleRecord(
        label: sample.window.gesture.label, name: sample.name, recording: trial.name.stem,
        subject: trial.name.subject, lighting: trial.name.lighting,
        windowMicroseconds: sample.window.microseconds,
        eventCount: UInt32(result.eventCount), frameCount: UInt32(result.frameCount),
        frameStartMicroseconds: result.frameStarts + padding,
        frameEndMicroseconds: result.frameEnds + padding)
    }
  }
}

/// Deals out the numbers of jobs.
private final class JobCounter: @unchecked Sendable {
  private let lock = Lock()
  private var upcoming = 0
  private let count: Int

  init(count: Int) { self.count = count }

  func next() -> Int? {
    lock.withLock {
      guard upcoming < count else { return nil }
      defer { upcoming += 1 }
      return upcoming
    }
  }
}

/// Keeps the error that came first.
private final class FirstFailure: @unchecked Sendable {
  private let lock = Lock()
  private var first: FrameCacheError?

  var error: FrameCacheError? { lock.withLock { first } }

  func note(_ error: FrameCacheError, closing close: () -> Void) {
    lock.withLock { if first == nil { first = error } }
    close()
  }
}
