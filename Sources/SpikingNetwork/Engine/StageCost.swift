/// The operations of a stage in a step, and the bytes that it moves.
public struct StageCost: Equatable, Sendable {
  /// Additions and multiplications performed; skipped zeros do not count.
  public let operationCount: Double
  /// Operations of a convolution, or of its gradient, without skipping or fast algorithms; 0 for
  /// other stages.
  public let denseOperationCount: Double
  /// Lower bound of the bytes moved to and from main memory: each large tensor counts once for each
  /// pass over it, twice if written.
  public let byteCount: Double

  /// Records a cost.
  public init(operationCount: Double, denseOperationCount: Double = 0, byteCount: Double) {
    self.operationCount = operationCount
    self.denseOperationCount = denseOperationCount
    self.byteCount = byteCount
  }
}
