internal import EventData
internal import FrameCache

/// Encodes frames of shards again, with more bytes a count or more frames; each thread has its own.
final class FrameReencoder: @unchecked Sendable {
  // Safe: each is used by a single thread.
  private let plan: MergePlan
  private var encoder: ChunkEncoder
  private var decoder: FrameDecoder?
  private var decodedShard = -1
  private var counts: [UInt16] = []

  init(_ plan: MergePlan) {
    self.plan = plan
    encoder = ChunkEncoder(
      elementType: plan.elementType, elementCount: plan.frameCount * plan.frameShape.cellCount,
      level: plan.set.settings.compressionLevel)
  }

  /// The chunk of a sample, as a conversion of all recordings would have made it.
  ///
  /// - Throws: ``FrameCacheError`` with code `chunk` when the shard's chunk is damaged.
  func chunk(of job: MergePlan.Job) throws(FrameCacheError) -> [UInt8] {
    if decodedShard != job.shard {
      decoder = FrameDecoder(plan.set.shards[job.shard])
      decodedShard = job.shard
    }
    try decoder?.decode(job.source, into: &counts)
    guard let chunk = encoder.encode(counts[...]) else {
      preconditionFailure("no shard has larger counts than the merged cache can store")
    }
    // A copy without the room that the compressor was given, which is many times as large.
    var exact: [UInt8] = []
    exact.reserveCapacity(chunk.count)
    exact.append(contentsOf: chunk)
    return exact
  }
}
