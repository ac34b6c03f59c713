import EventData
import FileAccess
import FrameCache
import GestureDataSet
import Glibc
import Support
import SystemPackage
import Testing
import Threads

@testable import FrameConversion

@Suite("Frame producer")
struct FrameProducerTests {
  /// A plan for a small data set.
  private func plan(in directory: borrowing TemporaryDirectory) throws -> ConversionPlan {
    var generator = SeededGenerator(seed: 4)
    let folder = directory.file("DvsGesture")
    try SmallDataSet.random(using: &generator).write(to: folder)
    let request = GestureDataSetRequest(folder, allowsMissing: true)
    var options = ConversionOptions(request)
    options.threadCount = 4
    let dataSet = try request.open(isCancelled: { false })
    let progress = ScanProgress(WorkObserver())
    let scans = try RecordingScanning(
      dataSet: dataSet, early: EarlyConversion(options, progress, WorkObserver()),
      settings: options.settings, threadCount: 1, progress: progress, observer: WorkObserver()
    ).run()
    return try ConversionPlan(dataSet, scans, options, options.settings)
  }

  @Test(
    "an error ends threads that wait for room in the queue, for any capacity of the queue",
    .timeLimit(.minutes(30)), arguments: [0, 1 << 20])
  func failure(_ waitingByteCapacity: Int) throws {
    let directory = try TemporaryDirectory()
    let plan = try plan(in: directory)
    // The samples of the missing recording come first, so they never enter the queue.
    let path = plan.dataSet.recordings[plan.jobs[0].recording].path
    #expect(unsafe unlink(path.string) == 0)
    var producer = try FrameProducer(
      plan, jobs: Array(plan.jobs.indices), elementType: .uint8, observer: WorkObserver(),
      waitingByteCapacity: waitingByteCapacity)
    let error = #expect(throws: FrameCacheError.self) {
      for _ in plan.jobs { _ = try producer.next() }
    }
    #expect(error?.path == path)
  }

  @Test("cancellation ends them, too", .timeLimit(.minutes(30)))
  func cancellation() throws {
    let directory = try TemporaryDirectory()
    let plan = try plan(in: directory)
    let calls = Counter()
    let observer = WorkObserver(isCancelled: { calls.next() >= 3 })
    var producer = try FrameProducer(
      plan, jobs: Array(plan.jobs.indices), elementType: .uint8, observer: observer,
      waitingByteCapacity: 0)
    let error = #expect(throws: FrameCacheError.self) {
      for _ in plan.jobs { _ = try producer.next() }
    }
    #expect(error?.isCancellation == true)
  }
}

/// Counts calls on any thread.
private final class Counter: @unchecked Sendable {
  private let lock = Lock()
  private var count = 0

  func next() -> Int {
    lock.withLock {
      count += 1
      return count
    }
  }
}
