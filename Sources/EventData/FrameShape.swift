/// The size of a sensor, and thus of a frame `[2, height, width]`: channel 0 is OFF, 1 is ON.
@frozen
public struct FrameShape: Equatable, Hashable, Sendable {
  /// Columns.
  public let width: Int

  /// Rows.
  public let height: Int

  /// Number of channels of a frame, one for each polarity: OFF, ON.
  public static let channelCount = 2

  /// The sensor that recorded DVS128 Gesture.
  @inlinable public static var dvs128: FrameShape { FrameShape(width: 128, height: 128) }

  /// Valid widths and heights: an event stores each coordinate in 15 bits.
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

  /// Number of pixels, width · height.
  @inlinable public var pixelCount: Int { width &* height }

  /// Number of cells of a frame, 2 · width · height.
  @inlinable public var cellCount: Int { 2 &* pixelCount }

  /// Whether an event lies on the sensor.
  @inlinable public func contains(_ event: PolarityEvent) -> Bool {
    event.x < width && event.y < height
  }

  /// Index of the event's cell in a row-major frame; the event must lie on the sensor.
  @inlinable public func cell(of event: PolarityEvent) -> Int {
    let channel = Int(event.data >> 1 & 1)
    return (channel &* height &+ event.y) &* width &+ event.x
  }

  /// Whether a set of events certainly lies on the sensor, judged by the bits set in any of them.
  ///
  /// - Parameter setBits: Bitwise OR of the events' ``PolarityEvent/data``. Its x and y are at
  ///   least as large as each event's.
  /// - Returns: `false` when the events have to be checked individually.
  @inlinable package func containsAll(setBits: UInt32) -> Bool {
    contains(PolarityEvent(data: setBits, timestampMicroseconds: 0))
  }
}

extension FrameShape: CustomStringConvertible {
  /// As in `128×128`.
  public var description: String { "\(width)×\(height)" }
}
