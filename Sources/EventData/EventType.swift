/// The type of a packet's events.
///
/// Source: libcaer, `events/common.h`.
public enum EventType: Int16, CaseIterable, Sendable {
  /// Clock resets and signals from outside.
  case special = 0
  /// Brightness changes: the only type that is decoded.
  case polarity
  /// Grey-scale or colour pictures.
  case frame
  /// Inertial measurements of six axes.
  case imu6
  /// Inertial measurements of nine axes.
  case imu9
  /// Samples of an analogue-digital converter.
  case sample
  /// Spikes of a cochlea.
  case ear
  /// Changes of the camera's settings.
  case config
  /// Points with one coordinate.
  case point1D
  /// Points with two coordinates.
  case point2D
  /// Points with three coordinates.
  case point3D
  /// Points with four coordinates.
  case point4D
  /// Spikes of a neuromorphic processor.
  case spike
  /// Matrices of 4×4 numbers.
  case matrix4x4
}
