internal import FrameCache

extension FrameLoader {
  /// The next batch; `nil` after the last one.
  mutating func nextBatch() throws(TrainError) -> FrameBatch? {
    do throws(FrameCacheError) { return try next() } catch { throw TrainError(error) }
  }
}
