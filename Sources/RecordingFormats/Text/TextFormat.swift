public import EventData
internal import FileAccess
public import SystemPackage

/// Events as text, `t x y p` a line.
///
/// Numbers are separated by blanks, tabs or commas. Times are microseconds, or seconds if the first
/// has a decimal point. The polarity is 1 for ON; 0 or -1 for OFF. Comments start with `#` or `%`.
/// A line with the names of the columns may come first, and one with the width and height of the
/// sensor. Spreadsheets mark UTF-8 with a byte order mark, which is skipped.
///
/// Source: Mueggler et al., "The Event-Camera Dataset and Simulator", International Journal of
/// Robotics Research 2017, `events.txt`.
public struct TextFormat: DecodedFormat {
  /// Whether times are written in seconds.
  let isInSeconds: Bool
  private let headerLineCount: Int

  /// Determines the unit of time from the first event.
  init(of bytes: RawSpan, _ path: FilePath) throws(DataSetError) {
    let start = try Self.start(of: bytes, path)
    isInSeconds = start.firstTime.contains(".")
    headerLineCount = start.lineCount
  }

  /// With the unit of time, as in `text (t in µs)`.
  public var name: String { "text (t in \(isInSeconds ? "s" : "µs"))" }

  /// 0: the file has no packets.
  public var packetHeaderByteCount: Int { 0 }

  /// Reads what comes before the first event.
  public func header(
    of bytes: RawSpan, _ path: FilePath
  ) throws(DataSetError) -> RecordingHeader { try Self.start(of: bytes, path).header }

  /// What comes before the first event, and that event's time as it is written.
  private static func start(
    of bytes: RawSpan, _ path: FilePath
  ) throws(DataSetError) -> (header: RecordingHeader, lineCount: Int, firstTime: Substring) {
    var byteOffset = bytes.extracting(first: 3).copied() == [0xEF, 0xBB, 0xBF] ? 3 : 0
    var lineCount = 0
    var sensor: FrameShape?
    while byteOffset < min(bytes.byteCount, FileKind.longPrefixByteCount) {
      let end = lineEnd(in: bytes, from: byteOffset)
      let text = String(
        decoding: bytes.extracting(byteOffset..<end).copied(), as: UTF8.self)
      let words = text.split { $0 == " " || $0 == "\t" || $0 == "," || $0.isNewline }
      if let first = words.first?.first, first != "#", first != "%" {
        if first.isLetter {
          guard areInOrder(words) else {
            throw DataSetError(
              path, .line(lineCount + 1), "columns t, x, y, p in this order expected, others found")
          }
        } else if words.count == 2, sensor == nil,
          let stated = try FrameShape.stated(words[0], words[1], path)
        {
          sensor = stated
        } else {
          let header = RecordingHeader(byteCount: byteOffset, sensor: sensor)
          return (header, lineCount, words[0])
        }
      }
      byteOffset = end
      lineCount += 1
    }
    return (RecordingHeader(byteCount: byteOffset, sensor: sensor), lineCount, "")
  }

  /// Whether the first line of numbers is an event.
  func startsWithEvent(_ bytes: RawSpan, _ path: FilePath) throws(DataSetError) -> Bool {
    let start = try header(of: bytes, path).byteCount
    let end = Self.lineEnd(in: bytes, from: start)
    var events = EventBuffer()
    var count = 0
    var decoder = TextDecoder(isInSeconds: isInSeconds, headerLineCount: headerLineCount)
    func add(_ events: borrowing PolarityEvents) { count += events.count }
    try decoder.decode(EventPacket(decoding: start..<end), in: bytes, path, into: &events, add)
    try events.flush(add)
    return count == 1
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
        path, .line(Self.lineNumber(at: block.eventBytes.upperBound - 1, in: bytes)),
        "lines of four numbers expected, a longer one found")
    }
    return EventPacket(decoding: byteOffset..<end)
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

  /// The number, from 1, of the line that contains a byte.
  private static func lineNumber(at byteOffset: Int, in bytes: RawSpan) -> Int {
    (0..<byteOffset).reduce(1) { number, index in
      bytes.littleEndian(UInt8.self, at: index) == UInt8(ascii: "\n") ? number + 1 : number
    }
  }

  /// A decoder of lines.
  public func decoder(
    of bytes: RawSpan, _ path: FilePath
  ) throws(DataSetError) -> (any EventDecoder)? {
    TextDecoder(isInSeconds: isInSeconds, headerLineCount: headerLineCount)
  }
}
