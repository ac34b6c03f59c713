internal import EventData
internal import FrameCache
internal import Threads

/// A pass over a cache's samples that a caller of the C interface has open.
final class OpenLoader: InterfaceObject {
  private let cache: FrameCache
  private var loader: BufferLoader
  let batchCount: Int

  var usefulBufferCount: Int { loader.usefulBufferCount }

  init(
    _ cache: FrameCache, _ batches: [[SampleIndex]], as type: BatchElementType, threadCount: Int
  ) throws {
    self.cache = cache
    batchCount = batches.count
    loader = try BufferLoader(
      cache, batches: batches, as: type,
      threadCount: cache.decodingThreadCount(requested: threadCount))
  }

  func provide(_ memory: UnsafeMutableRawBufferPointer) throws {
    try unsafe loader.provide(memory)
  }

  /// The records of the next batch's samples, with their numbers in the split.
  ///
  /// - Returns: Empty after the last batch; `nil` if it is not ready at the deadline.
  func next(
    before deadline: Deadline?
  ) throws -> [(sample: SampleIndex, record: SampleRecord)]? {
    switch try loader.next(before: deadline) {
    case .batch(let samples): samples.map { ($0, cache.record(of: $0)) }
    case .end: []
    case .late: nil
    }
  }
}
