/// Which frames batch norm normalizes together in training.
public enum StepMode: String, Equatable, Sendable, CaseIterable {
  /// Layer by layer: statistics over T·N·H·W, one update of the running statistics per batch.
  case multiStep = "m"
  /// Step by step: statistics over N·H·W for each time step, T updates of the running statistics
  /// per batch.
  case singleStep = "s"
}
