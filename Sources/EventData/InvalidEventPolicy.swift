/// How to treat events that the recorder marked as invalid.
public enum InvalidEventPolicy: String, CaseIterable, Sendable {
  /// Count them like all others, as SpikingJelly does.
  case keep
  /// Ignore them, as the format's specification requires.
  case drop
}
