internal import EventData
internal import EventFrames
internal import FrameCache
internal import SystemPackage
internal import Threads

/// Produces the frames of a plan's samples on several threads.
///
/// They are delivered in the order of the plan's jobs, so that the file's bytes do not depend on
/// the number of threads.
struct FrameProducer: ~Copyable {
  private let plan: ConversionPlan
  private let observer: WorkObserver
  private let queue: OrderedQueue<EncodedSample>
  private let failure = FirstFailure()
  private var leader: ThreadGroup?

  /// Starts the threads.
  ///
  /// - Parameters:
  ///   - plan: The samples to produce.
  ///   - elementType: The stored type of a count.
  ///   - observer: Can stop the work.
  ///   - waitingByteCapacity: Memory limit for finished samples that wait for earlier ones, beyond
  ///     one sample per thread.
  /// - Throws: ``FrameCacheError`` when the system cannot start a thread.
  init(
    _ plan: ConversionPlan, elementType: ElementType, observer: WorkObserver,
    waitingByteCapacity: Int = 32 << 20
  ) throws(FrameCacheError) {
    let queue = OrderedQueue<EncodedSample>(
      capacity: 32 + 4 * plan.threadCount, byteCapacity: waitingByteCapacity)
    let failure = failure
    // Close the queue immediately, on the failing thread: others may be waiting for the sample that
    // will now never be produced.
    let note: @Sendable (DataSetError) -> Void = {
      failure.note(FrameCacheError($0), closing: queue.close)
    }
    // The leader distributes the recordings to the other threads and works alongside them.
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
    // The threads are joined right after this, when the stored properties are destroyed.
    queue.close()
  }

  /// Returns the next job's sample; waits until it is ready.
  ///
  /// Call it exactly once for each job.
  ///
  /// - Throws: ``FrameCacheError`` of the first sample that failed, or with code `cancelled` when
  ///   the observer asks to stop.
  mutating func next() throws(FrameCacheError) -> EncodedSample {
    if let sample = queue.next() { return sample }
    let path = plan.dataSet.path
    if observer.isCancelled() { throw .cancelled(path, cause: failure.error) }
    throw failure.error ?? FrameCacheError(.content, path, "", "a thread ended early")
  }

  /// Waits for the threads to finish, after the last job.
  ///
  /// - Throws: ``FrameCacheError`` for a defect after the last sample, for example a truncated
  ///   archive.
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
        threadCount: plan.threadCount, partCounts: jobCounts, onFailure: onFailure,
        isCancelled: observer.isCancelled)
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

/// Keeps the first error.
private final class FirstFailure: @unchecked Sendable {
  private let lock = Lock()
  private var first: FrameCacheError?

  var error: FrameCacheError? { lock.withLock { first } }

  func note(_ error: FrameCacheError, closing close: () -> Void) {
    lock.withLock { if first == nil { first = error } }
    close()
  }
}
