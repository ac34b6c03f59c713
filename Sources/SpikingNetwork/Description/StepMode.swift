/// Which frames share their batch statistics in training.
public enum StepMode: String, Equatable, Sendable, CaseIterable {
  /// Layer by layer: statistics over T·N·H·W, one running update a batch.
  case multiStep = "m"
  /// Step by step: statistics over N·H·W of each frame, T running updates a batch.
  case singleStep = "s"
}
