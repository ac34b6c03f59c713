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
