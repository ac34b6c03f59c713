/// How the sensor's size was determined.
public enum SensorOrigin: Sendable {
  /// Specified by the caller.
  case named
  /// Named in the headers of all recordings.
  case recordings
  /// Derived from the largest coordinates of the events.
  case events
}
