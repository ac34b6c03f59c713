internal import EventData
internal import EventFrames
internal import FrameCache
internal import SystemPackage
internal import Threads

/// Makes the frames of a plan's samples on several threads, and gives them out in the order of the
/// plan's jobs, so that the file's bytes do not depend on the number of threads.
struct FrameProducer: ~Copyable {
  private let plan: ConversionPlan
  private let observer: WorkObserver
  private let queue: OrderedQueue<EncodedSample>
  private let failure = FirstFailure()
  private var leader: ThreadGroup?

  /// Starts to work.
  ///
  /// - Parameters:
  ///   - plan: What is to be made.
  ///   - elementType: What counts are stored as.
  ///   - observer: Can stop the work.
  ///   - waitingByteCapacity: How much memory samples take that are ready before their turn, but
  ///     for one a thread.
  /// - Throws: ``FrameCacheError`` where the system gives no thread.
  init(
    _ plan: ConversionPlan, elementType: ElementType, observer: WorkObserver,
    waitingByteCapacity: Int = 32 << 20
  ) throws(FrameCacheError) {
    let queue = OrderedQueue<EncodedSample>(
      capacity: 32 + 4 * plan.threadCount, byteCapacity: waitingByteCapacity)
    let failure = failure
    // At once, on whichever thread: others may wait for the number that now will not come.
    let note: @Sendable (DataSetError) -> Void = {
      failure.note(FrameCacheError($0), closing: queue.close)
    }
    // The leader deals the recordings out to the other threads, and works as they do.
    let leader = ThreadGroup(count: 1) { _ in
      do throws(DataSetError) {
        try Self.run(plan, elementType, observer, queue, onFailure: note)
      } catch {
        note(error)
      }
    }
    let hasLeader = leader.count > 0
    self.leader = consume leader
    self.plan = plan
    self.observer = observer
    self.queue = queue
    guard hasLeader else {
      throw FrameCacheError(
        .file, plan.dataSet.path, "",
        "the system gives no thread to convert on: fewer processes, or a higher limit, would help")
    }
  }

  deinit {
    // The threads are joined when the stored values end, just after this.
    queue.close()
  }

  /// Takes the next job's sample; waits until it is there.
  ///
  /// To be called once a job.
  ///
  /// - Throws: ``FrameCacheError`` of the first sample that could not be made; with code
  ///   `cancelled` where the observer asks to stop.
  mutating func next() throws(FrameCacheError) -> EncodedSample {
    if let sample = queue.next() { return sample }
    let path = plan.dataSet.path
    if observer.isCancelled() { throw .cancelled(path, cause: failure.error) }
    throw failure.error ?? FrameCacheError(.content, path, "", "a thread ended early")
  }

  /// Waits for the threads' end, after the last job.
  ///
  /// - Throws: ``FrameCacheError`` of what went wrong behind the last sample, as in an archive that
  ///   is cut there.
  mutating func finish() throws(FrameCacheError) {
    leader = nil
    if let error = failure.error { throw error }
  }

  private static func run(
    _ plan: ConversionPlan, _ elementType: ElementType, _ observer: WorkObserver,
    _ queue: OrderedQueue<EncodedSample>, onFailure: @escaping @Sendable (DataSetError) -> Void
  ) throws(DataSetError) {
    let encoders = (0..<plan.threadCount).map { _ in SampleEncoder(plan, elementType) }
    var jobCounts = Array(repeating: 0, count: plan.scans.count)
    var firstJobs = jobCounts
    for (number, job) in plan.jobs.enumerated() {
      if jobCounts[job.recording] == 0 { firstJobs[job.recording] = number }
      jobCounts[job.recording] += 1
    }
    let first = firstJobs
    try plan.dataSet.forEachRecording(
      RecordingReading(
        threadCount: plan.threadCount, partCounts: jobCounts, onFailure: onFailure)
    ) { (part, recording) throws(DataSetError) in
      for offset in part.parts {
        if observer.isCancelled() { throw .cancelled(recording.path) }
        let number = first[part.recording] + offset
        let sample = try encoders[part.thread].encode(plan.jobs[number], from: recording)
        guard queue.put(sample, at: number, byteCount: sample.byteCount) else {
          throw .cancelled(recording.path)
        }
      }
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
