/// One change of brightness at one pixel, in 8 bytes.
///
/// The origin is the sensor's upper left corner, x goes to the right and y down, both from 0.
/// Source: libcaer, `include/libcaer/events/polarity.h`.
package struct SyntheticEvent: Equatable, Sendable {
  private let storedMicroseconds: UInt32

  /// The column of the pixel, 0 … 127.
  package let x: UInt8

  /// The row of the pixel, 0 … 127.
  package let y: UInt8

  /// Whether the pixel became brighter.
  package let isOn: Bool

  /// The timestamp in microseconds of the camera's clock; below 2³¹.
  package var timestampMicroseconds: Int64 {
    Int64(storedMicroseconds)
  }

  init(timestampMicroseconds: UInt32, x: UInt8, y: UInt8, isOn: Bool) {
    storedMicroseconds = timestampMicroseconds
    self.x = x
    self.y = y
    self.isOn = isOn
  }
}
