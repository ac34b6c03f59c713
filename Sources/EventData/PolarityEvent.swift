/// A brightness change of one pixel.
///
/// The origin is the upper left corner; x increases to the right, y downwards.
///
/// Source: iniVation, "AEDAT 3.1 file format", section "Polarity Event"; libcaer,
/// `events/polarity.h`.
@frozen
public struct PolarityEvent: Equatable, Sendable {
  /// Bit 0 valid, bit 1 polarity, bits 2–16 y, bits 17–31 x.
  public var data: UInt32

  /// Microseconds since the recording's clock was reset, all 62 bits.
  public var timestampMicroseconds: Int64

  /// Creates an event from the fields as a packet stores them.
  @inlinable
  public init(data: UInt32, timestampMicroseconds: Int64) {
    self.data = data
    self.timestampMicroseconds = timestampMicroseconds
  }

  /// Creates a valid event.
  ///
  /// - Parameters:
  ///   - x: Column, 0…32 767.
  ///   - y: Row, 0…32 767.
  ///   - isOn: Whether the pixel became brighter.
  ///   - timestampMicroseconds: Time in microseconds, not negative.
  @inlinable
  public init(x: Int, y: Int, isOn: Bool, timestampMicroseconds: Int64) {
    precondition((0..<0x8000).contains(x), "x \(x) does not fit 15 bits")
    precondition((0..<0x8000).contains(y), "y \(y) does not fit 15 bits")
    self.init(
      data: UInt32(x) << 17 | UInt32(y) << 2 | (isOn ? 2 : 0) | 1,
      timestampMicroseconds: timestampMicroseconds)
  }

  /// Column, from the left.
  @inlinable public var x: Int { Int(data >> 17) }

  /// Row, from the top.
  @inlinable public var y: Int { Int(data >> 2 & 0x7FFF) }

  /// Whether the pixel became brighter (ON); otherwise darker (OFF).
  @inlinable public var isOn: Bool { data & 2 != 0 }

  /// Whether the recorder did not mark the event as invalid.
  @inlinable public var isValid: Bool { data & 1 != 0 }
}
