internal import EventData
internal import FrameCache
internal import Threads

/// Reads foreign samples and encodes them as chunks of a cache, several at a time.
struct SampleEncoding {
  /// A sample, ready to be written.
  struct Encoded: Sendable {
    /// Its number among the foreign samples.
    let number: Int
    let record: SampleRecord
    /// `nil` if a count does not fit the type.
    let chunk: [UInt8]?
  }

  private let frames: any ForeignFrames
  private let observer: WorkObserver
  private let workspaces: [Workspace]

  /// Makes a workspace for each thread, of those that the memory allows.
  ///
  /// - Throws: ``FrameCacheError`` if there is not enough memory for one sample.
  init(
    _ frames: any ForeignFrames, _ elementType: ElementType, level: Int, threadCount: Int,
    _ observer: WorkObserver
  ) throws(FrameCacheError) {
    let cellCount = frames.frameCount * frames.schema.sensor.cellCount
    // Besides a chunk's room, elements of eight bytes.
    let affordable = ThreadBudget.threadCount(requested: threadCount, cellCount: 3 * cellCount)
    guard let affordable else {
      throw FrameCacheError(
        .source, frames.path, "",
        "a sample of \(frames.frameCount) frames needs more than half of this machine's memory")
    }
    self.frames = frames
    self.observer = observer
    workspaces = (0..<affordable).map { _ in
      Workspace(
        ChunkEncoder(elementType: elementType, elementCount: cellCount, level: level))
    }
  }

  /// The samples in groups that are encoded at once: their chunks wait in memory.
  var rounds: [Range<Int>] {
    let count = 8 * workspaces.count
    return stride(from: 0, to: frames.samples.count, by: count).map {
      $0..<min($0 + count, frames.samples.count)
    }
  }

  /// Encodes samples, in their order.
  func encode(_ round: Range<Int>) throws(FrameCacheError) -> [Encoded] {
    let results = Results()
    let (frames, observer, workspaces) = (frames, observer, workspaces)
    try forEachInParallel(count: round.count, threadCount: workspaces.count) {
      (thread, offset) throws(FrameCacheError) in
      if observer.isCancelled() { throw .cancelled(frames.path) }
      results.add(try workspaces[thread].encode(round.lowerBound + offset, of: frames))
    }
    return results.sorted
  }

  private final class Results: @unchecked Sendable {
    private let lock = Lock()
    private var encoded: [Encoded] = []

    func add(_ result: Encoded) { lock.withLock { encoded.append(result) } }
    var sorted: [Encoded] { lock.withLock { encoded.sorted { $0.number < $1.number } } }
  }
}

/// What one thread needs.
private final class Workspace: @unchecked Sendable {
  private var counts: [UInt16] = []
  private var encoder: ChunkEncoder

  init(_ encoder: consuming ChunkEncoder) { self.encoder = encoder }

  func encode(
    _ number: Int, of frames: any ForeignFrames
  ) throws(FrameCacheError) -> SampleEncoding.Encoded {
    try frames.read(number, into: &counts)
    let record = try record(number, of: frames)
    return SampleEncoding.Encoded(
      number: number, record: record, chunk: encoder.encode(counts[...]))
  }

  private func record(
    _ number: Int, of frames: any ForeignFrames
  ) throws(FrameCacheError) -> SampleRecord {
    let sample = frames.samples[number]
    let cellCount = frames.schema.sensor.cellCount
    let frameCount = counts.count / cellCount
    var times = [Int64](repeating: -1, count: frames.frameCount)
    var eventCount = 0
    for frame in 0..<frameCount {
      let cells = counts[frame * cellCount..<(frame + 1) * cellCount]
      let sum = cells.reduce(0) { $0 + Int($1) }
      // The times are not known: their order is kept.
      if sum > 0 { times[frame] = Int64(frame) }
      eventCount += sum
    }
    guard let exactCount = UInt32(exactly: eventCount) else {
      throw FrameCacheError(
        .source, frames.path, "sample \(sample.name)",
        "fewer than 2³² events expected, \(eventCount) found")
    }
    return SampleRecord(
      label: UInt16(sample.label), name: sample.name, recording: sample.recording,
      attributes: sample.attributes, windowMicroseconds: 0..<Int64(frames.frameCount),
      eventCount: exactCount, frameCount: UInt32(frameCount), frameStartMicroseconds: times,
      frameEndMicroseconds: times)
  }
}
