internal import EventData
internal import EventFrames
internal import FrameCache
internal import SystemPackage
internal import Threads

/// Produces the frames of a plan's samples on several threads.
///
/// They are delivered in the order of the jobs, so that the file's bytes do not depend on
/// the number of threads.
struct FrameProducer: ~Copyable {
  private let plan: ConversionPlan
  private let observer: WorkObserver
  private let queue: OrderedQueue<EncodedFrames>
  private let failure = FirstFailure()
  private var leader: ThreadGroup?

  /// Starts the threads.
  ///
  /// - Parameters:
  ///   - plan: The plan.
  ///   - jobs: The samples to produce, as indices of the plan's jobs, in increasing order; of a
  ///     recording all, or none.
  ///   - elementType: The stored type of a count.
  ///   - observer: Can stop the work.
  ///   - waitingByteCapacity: Memory limit for finished samples that wait for earlier ones, beyond
  ///     one sample per thread.
  /// - Throws: ``FrameCacheError`` when the system cannot start a thread.
  init(
    _ plan: ConversionPlan, jobs: [Int], elementType: ElementType, observer: WorkObserver,
    waitingByteCapacity: Int = 32 << 20
  ) throws(FrameCacheError) {
    let queue = OrderedQueue<EncodedFrames>(
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
        try Self.run(plan, jobs, elementType, observer, queue, onFailure: note)
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

  /// Returns the next job's frames; waits until they are ready.
  ///
  /// Call it exactly once for each job.
  ///
  /// - Throws: ``FrameCacheError`` of the first sample that failed, or with code `cancelled` when
  ///   the observer asks to stop.
  mutating func next() throws(FrameCacheError) -> EncodedFrames {
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
    _ plan: ConversionPlan, _ jobs: [Int], _ elementType: ElementType, _ observer: WorkObserver,
    _ queue: OrderedQueue<EncodedFrames>, onFailure: @escaping @Sendable (DataSetError) -> Void
  ) throws(DataSetError) {
    if jobs.isEmpty { return }
    let encoders = (0..<plan.threadCount).map { _ in
      FrameEncoder(
        plan.dataSet.schema.sensor, plan.settings, frameCount: plan.frameCount, elementType)
    }
    var jobCounts = Array(repeating: 0, count: plan.scans.count)
    var firstNumbers = jobCounts
    for (number, job) in jobs.enumerated() {
      let recording = plan.jobs[job].recording
      if jobCounts[recording] == 0 { firstNumbers[recording] = number }
      jobCounts[recording] += 1
    }
    let first = firstNumbers
    try plan.dataSet.forEachRecording(
      RecordingReading(
        threadCount: plan.threadCount, partCounts: jobCounts, onFailure: onFailure,
        isCancelled: observer.isCancelled)
    ) { (part, recording) throws(DataSetError) in
      let scan = plan.scans[part.recording]
      guard recording.byteCount == scan.byteCount, recording.identity == scan.identity else {
        throw DataSetError(recording.path, .whole, "the recording has changed while it was read")
      }
      for offset in part.parts {
        if observer.isCancelled() { throw .cancelled(recording.path) }
        let number = first[part.recording] + offset
        let job = plan.jobs[jobs[number]]
        let frames = try encoders[part.thread].encode(
          plan.sample(of: job).scannedMicroseconds, plan.tally(of: job), from: recording)
        guard queue.put(frames, at: number, byteCount: frames.byteCount) else {
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
