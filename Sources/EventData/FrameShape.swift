/// The pixels of a sensor, and so the cells of a frame `[2, height, width]`: channel 0 = OFF, 1 =
/// ON.
@frozen
public struct FrameShape: Equatable, Hashable, Sendable {
  /// Columns.
  public let width: Int

  /// Rows.
  public let height: Int

  /// Polarities: OFF, ON.
  public static let channelCount = 2

  /// The sensor that recorded DVS128 Gesture.
  @inlinable public static var dvs128: FrameShape { FrameShape(width: 128, height: 128) }

  /// How many columns and rows a sensor can have: what an event has bits for.
  public static let sideLengths = 1...0x8000

  /// Describes a sensor.
  ///
  /// - Parameters:
  ///   - width: Columns, 1…32 768.
  ///   - height: Rows, 1…32 768.
  @inlinable
  public init(width: Int, height: Int) {
    precondition((1...0x8000).contains(width), "\(width) columns")
    precondition((1...0x8000).contains(height), "\(height) rows")
    self.width = width
    self.height = height
  }

  /// Pixels of the sensor.
  @inlinable public var pixelCount: Int { width &* height }

  /// Cells of one frame.
  @inlinable public var cellCount: Int { 2 &* pixelCount }

  /// Whether an event lies on the sensor.
  @inlinable public func contains(_ event: PolarityEvent) -> Bool {
    event.x < width && event.y < height
  }

  /// The event's cell in a frame; of events on the sensor only.
  @inlinable public func cell(of event: PolarityEvent) -> Int {
    let channel = Int(event.data >> 1 & 1)
    return (channel &* height &+ event.y) &* width &+ event.x
  }

  /// Whether all events lie on the sensor, of which some might not.
  ///
  /// - Parameter setBits: The bits that are set in any of the events' ``PolarityEvent/data``. Taken
  ///   together they are an event at least as far right and as far down as each.
  /// - Returns: `false` where the events have to be looked at one by one.
  @inlinable func containsAll(setBits: UInt32) -> Bool {
    contains(PolarityEvent(data: setBits, timestampMicroseconds: 0))
  }
}

extension FrameShape: CustomStringConvertible {
  /// As in `128×128`.
  public var description: String { "\(width)×\(height)" }
}
