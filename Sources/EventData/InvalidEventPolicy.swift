/// What is done with events that the recorder marked as invalid.
public enum InvalidEventPolicy: String, CaseIterable, Sendable {
  /// They count like all others: frames then equal SpikingJelly's.
  case keep
  /// They are left out, as the format's specification asks.
  case drop
}
