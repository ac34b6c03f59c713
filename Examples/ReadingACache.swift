import EventData
import FrameCache
import SystemPackage

/// Trains for an epoch on a cache: calls `step` with each batch, in the order of `dvstrain -b 16`.
public func trainEpoch(
  _ epoch: Int, on path: FilePath, step: (FrameBatch) -> Void
) throws(FrameCacheError) {
  let cache = try FrameCache(opening: path)
  let samples = cache.samples.filter { $0.split == .train }
  let batches = BatchPlan.training(samples: samples, batchSize: 16, seed: 1, epoch: epoch)
  var loader = FrameLoader(cache, batches: batches, threadCount: 2)
  while let batch = try loader.next() {
    step(batch)
    loader.recycle(batch)
  }
}

/// Decodes one sample.
///
/// - Returns: The counts `[T, 2, H, W]`, row-major.
public func frames(
  of sample: SampleIndex, in cache: FrameCache
) throws(FrameCacheError) -> [UInt16] {
  var decoder = FrameDecoder(cache)
  var counts: [UInt16] = []
  try decoder.decode(sample, into: &counts)
  return counts
}
