/// An engine that measures the time of its stages and estimates their cost.
public protocol ProfiledEngine: Engine {
  /// Times of all stages since the engine was made or ``resetStageTimes()`` was called, in the
  /// order in which a step runs them.
  var stageTimes: [StageTime] { get }
  /// Sets all times to 0.
  func resetStageTimes()

  /// The operations and memory traffic of a stage in the last batch.
  ///
  /// - Parameter sampleCount: N of that batch.
  func cost(of stage: StageTime, sampleCount: Int) -> StageCost

  /// The fraction of nonzero event counts in the last batch.
  var countFraction: Double { get }
  /// The fraction of inputs that are spikes in the last batch, for each convolution after the first
  /// and for the first linear layer.
  var inputFractions: [Double] { get }

  /// Measures the hardware's peak performance, which takes about half a second.
  func measurePeak() -> HardwarePeak
}

/// The time of a stage of a layer.
public struct StageTime: Equatable, Sendable {
  /// The stage's name, as in `convolution`.
  public let stage: String
  /// Index of the stage's layer of neurons, from 0.
  public let layer: Int
  /// Wall-clock time.
  public let seconds: Double
  /// The part of ``seconds`` that more threads or compute units would not shorten.
  public let serialSeconds: Double

  /// Records a time.
  public init(stage: String, layer: Int, seconds: Double, serialSeconds: Double) {
    self.stage = stage
    self.layer = layer
    self.seconds = seconds
    self.serialSeconds = serialSeconds
  }
}

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

/// The hardware's measured peak performance.
public struct HardwarePeak: Equatable, Sendable {
  /// Additions and multiplications of float32 per second, in a matrix product that fits in the
  /// caches.
  public let operationsPerSecond: Double
  /// Bytes read and written per second when a large array is copied.
  public let bytesPerSecond: Double

  /// Records a measurement.
  public init(operationsPerSecond: Double, bytesPerSecond: Double) {
    self.operationsPerSecond = operationsPerSecond
    self.bytesPerSecond = bytesPerSecond
  }
}
