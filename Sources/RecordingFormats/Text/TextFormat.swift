public import EventData
internal import FileAccess
public import SystemPackage

/// Events as text, `t x y p` a line.
///
/// Numbers are separated by blanks, tabs or commas. Times are microseconds, or seconds if the first
/// has a decimal point. The polarity is 1 for ON; 0 or -1 for OFF. Comments start with `#` or `%`.
/// A line with the names of the columns may come first, and one with the width and height of the
/// sensor.
///
/// Source: Mueggler et al., "The Event-Camera Dataset and Simulator", International Journal of
/// Robotics Research 2017, `events.txt`.
public struct TextFormat: DecodedFormat {
  /// Whether times are written in seconds.
  let isInSeconds: Bool

  /// Determines the unit of time from the first event.
  init(of bytes: RawSpan, _ path: FilePath) throws(DataSetError) {
    isInSeconds = try Self.start(of: bytes, path).firstTime.contains(".")
  }

  /// With the unit of time, as in `text (t in µs)`.
  public var name: String { "text (t in \(isInSeconds ? "s" : "µs"))" }

  /// 0: the file has no packets.
  public var packetHeaderByteCount: Int { 0 }

  private static let maximumHeaderLineCount = 64

  /// Reads what comes before the first event.
  public func header(
    of bytes: RawSpan, _ path: FilePath
  ) throws(DataSetError) -> RecordingHeader { try Self.start(of: bytes, path).header }

  /// What comes before the first event, and that event's time as it is written.
  private static func start(
    of bytes: RawSpan, _ path: FilePath
  ) throws(DataSetError) -> (header: RecordingHeader, firstTime: Substring) {
    var byteOffset = 0
    var firstTime: Substring = ""
    var sensor: FrameShape?
    for number in 1...maximumHeaderLineCount {
      let end = lineEnd(in: bytes, from: byteOffset)
      let text = String(
        decoding: bytes.extracting(byteOffset..<end).copied(), as: UTF8.self)
      let words = text.split { $0 == " " || $0 == "\t" || $0 == "," || $0.isNewline }
      if words.count == 2, sensor == nil, let width = Int(words[0]), let height = Int(words[1]),
        FrameShape.sideLengths.contains(width), FrameShape.sideLengths.contains(height)
      {
        sensor = FrameShape(width: width, height: height)
      } else if let first = words.first?.first, first.isLetter {
        guard areInOrder(words) else {
          throw DataSetError(
            path, .line(number), "columns t, x, y, p in this order expected, others found")
        }
      } else if !words.isEmpty, words[0].first != "#", words[0].first != "%" {
        firstTime = words[0]
        break
      }
      byteOffset = end
      if end == bytes.byteCount { break }
    }
    return (RecordingHeader(byteCount: byteOffset, sensor: sensor), firstTime)
  }

  /// Whether names of columns, such as `timestamp`, `x`, `y`, `polarity`, are those expected.
  private static func areInOrder(_ names: [Substring]) -> Bool {
    names.map { $0.lowercased().first } == ["t", "x", "y", "p"]
  }

  /// The lines that start in the next 16 KiB, or all that are left.
  public func packet(
    at byteOffset: Int, in bytes: RawSpan, _ path: FilePath
  ) throws(DataSetError) -> EventPacket? {
    guard let block = EventBlocks.packet(at: byteOffset, in: bytes) else { return nil }
    let end = Self.lineEnd(in: bytes, from: block.eventBytes.upperBound - 1)
    guard end - byteOffset <= 2 * EventBlocks.byteCount else {
      throw DataSetError(
        path, .byte(block.eventBytes.upperBound),
        "lines of four numbers expected, a longer one found")
    }
    return EventPacket(
      type: .polarity, eventCount: 0, byteOffset: byteOffset, eventBytes: byteOffset..<end,
      nextByteOffset: end, timestampOverflow: 0)
  }

  /// The offset after the next line end, or the end of the file; of a line that is too long, some
  /// offset in it.
  private static func lineEnd(in bytes: RawSpan, from start: Int) -> Int {
    var index = start
    let limit = min(bytes.byteCount, start + 2 * EventBlocks.byteCount)
    while index < limit {
      index += 1
      if bytes.littleEndian(UInt8.self, at: index - 1) == UInt8(ascii: "\n") { break }
    }
    return index
  }

  /// A decoder of lines.
  public func decoder(
    of bytes: RawSpan, _ path: FilePath
  ) throws(DataSetError) -> (any EventDecoder)? { TextDecoder(isInSeconds: isInSeconds) }
}
