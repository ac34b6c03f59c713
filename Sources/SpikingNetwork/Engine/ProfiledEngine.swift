/// An engine that measures the time of its stages and estimates their cost.
public protocol ProfiledEngine: Engine {
  /// Times of all stages since the engine was made or ``resetStageTimes()`` was called, in the
  /// order in which a step runs them.
  var stageTimes: [StageTime] { get }
  /// Sets all times to 0.
  func resetStageTimes()

  /// The operations and memory traffic of a stage in the last batch.
  ///
  /// - Parameters:
  ///   - stage: One of ``stageTimes``.
  ///   - sampleCount: N of that batch.
  func cost(of stage: StageTime, sampleCount: Int) -> StageCost

  /// The fraction of nonzero event counts in the last batch.
  var countFraction: Double { get }
  /// The fraction of inputs that are spikes in the last batch, for each convolution after the first
  /// and for the first linear layer.
  var inputFractions: [Double] { get }

  /// Measures the hardware's peak performance, which takes about half a second.
  func measurePeak() -> HardwarePeak
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
