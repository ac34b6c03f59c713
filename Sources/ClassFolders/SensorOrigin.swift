/// Who says how large the sensor of recordings is.
public enum SensorOrigin: Sendable {
  /// Who asked for the data set.
  case named
  /// All recordings, in their headers.
  case recordings
  /// Nobody: it is as large as events reach.
  case events
}
