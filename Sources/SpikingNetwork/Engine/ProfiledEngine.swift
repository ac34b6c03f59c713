/// An engine that says how long the parts of its work take, and what they cost.
public protocol ProfiledEngine: Engine {
  /// Times of all stages since the engine was made or ``resetStageTimes()`` was called, in the
  /// order of a step.
  var stageTimes: [StageTime] { get }
  /// Forgets all times.
  func resetStageTimes()

  /// The cost of a stage in the last batch, by a count of what is carried out.
  ///
  /// - Parameter sampleCount: N of that batch.
  func cost(of stage: StageTime, sampleCount: Int) -> StageCost

  /// The fraction of counts that are not 0 in the last batch.
  var countFraction: Double { get }
  /// The fraction of ones among the inputs of the convolutions but the first, and of the first
  /// linear layer, in the last batch.
  var inputFractions: [Double] { get }

  /// Measures what the hardware can do at most; takes about half a second.
  func measurePeak() -> HardwarePeak
}

/// How long a stage of a layer took.
public struct StageTime: Equatable, Sendable {
  /// The stage's name, as in `convolution`.
  public let stage: String
  /// The layer of neurons that it belongs to, from 0.
  public let layer: Int
  /// Wall-clock time.
  public let seconds: Double
  /// Those of the seconds that more threads, or more of whatever else computes, do not shorten.
  public let serialSeconds: Double

  /// Notes a time.
  public init(stage: String, layer: Int, seconds: Double, serialSeconds: Double) {
    self.stage = stage
    self.layer = layer
    self.seconds = seconds
    self.serialSeconds = serialSeconds
  }
}

/// What a stage of a layer has to do in a step: its operations and the bytes that it moves.
public struct StageCost: Equatable, Sendable {
  /// Additions and multiplications that are carried out; zeros that are skipped are none.
  public let operationCount: Double
  /// What a convolution or a gradient of one would take if nothing were skipped or saved; 0 for
  /// other stages.
  public let denseOperationCount: Double
  /// Bytes to and from memory beyond the caches, a lower bound: each large tensor once for each
  /// pass over it, twice where it is written.
  public let byteCount: Double

  /// Notes a cost.
  public init(operationCount: Double, denseOperationCount: Double = 0, byteCount: Double) {
    self.operationCount = operationCount
    self.denseOperationCount = denseOperationCount
    self.byteCount = byteCount
  }
}

/// What hardware can do at most, measured.
public struct HardwarePeak: Equatable, Sendable {
  /// Additions and multiplications of float32 a second, of a matrix product that stays in the
  /// caches.
  public let operationsPerSecond: Double
  /// Bytes a second that are read and written when a large array is copied.
  public let bytesPerSecond: Double

  /// Notes a measurement.
  public init(operationsPerSecond: Double, bytesPerSecond: Double) {
    self.operationsPerSecond = operationsPerSecond
    self.bytesPerSecond = bytesPerSecond
  }
}
