internal import EventData
internal import FileAccess
internal import SystemPackage

/// Lines of four numbers.
struct TextDecoder: EventDecoder {
  /// The number of lines so far, in the bits, for messages; each line can be read by itself.
  var state: DecoderState

  /// Whether times are written in seconds.
  let isInSeconds: Bool

  /// Whether a time in seconds had a fraction other than 0.
  private var hasFraction = false
  /// Whether a time in seconds was a whole number above 0.
  private var hasWholeSeconds = false

  /// Creates a decoder.
  ///
  /// - Parameters:
  ///   - isInSeconds: Whether times are written in seconds, rather than microseconds.
  ///   - headerLineCount: The number of lines before the first packet.
  init(isInSeconds: Bool, headerLineCount: Int) {
    self.isInSeconds = isInSeconds
    state = DecoderState(bits: UInt64(headerLineCount))
  }

  /// Programs that write all columns as floating-point numbers put a point behind microseconds,
  /// too.
  var oddities: [String] {
    guard hasWholeSeconds, !hasFraction else { return [] }
    return [
      "t has a decimal point and is read as seconds, but is whole in every line: microseconds are "
        + "written without the point"
    ]
  }

  mutating func decode(
    _ packet: EventPacket, in bytes: RawSpan, _ path: FilePath, into events: inout EventBuffer,
    _ body: EventBuffer.Body
  ) throws(DataSetError) {
    var scanner = NumberScanner(bytes.extracting(packet.eventBytes))
    var eventsEnd = events.end
    defer {
      state.bits += UInt64(scanner.lineCount)
      events.end = eventsEnd
    }
    while true {
      var lineCount = 0
      let row: (data: UInt32, microseconds: Int64)
      do throws(NumberScanner.Defect) {
        guard scanner.skipToLineOfNumbers() else { return }
        lineCount = scanner.lineCount
        let microseconds = try scanner.microseconds(isInSeconds: isInSeconds)
        let x = try scanner.integer()
        let y = try scanner.integer()
        let polarity = try scanner.integer()
        try scanner.endLine()
        guard (0..<0x8000).contains(x), (0..<0x8000).contains(y) else {
          throw .init(expected: "x and y from 0 to 32767")
        }
        guard (-1...1).contains(polarity) else { throw .init(expected: "p of 0 or 1, or -1 or 1") }
        row = (
          PolarityEvent.data(x: UInt32(x), y: UInt32(y), polarity: polarity == 1 ? 1 : 0),
          microseconds
        )
      } catch {
        throw DataSetError(
          path, .line(Int(clamping: state.bits) + lineCount + 1),
          "a line 't x y p' expected, with \(error.expected)")
      }
      if isInSeconds && !hasFraction {
        hasFraction = row.microseconds % 1_000_000 != 0
        hasWholeSeconds = hasWholeSeconds || row.microseconds > 0
      }
      try events.append(
        data: row.data, microseconds: row.microseconds, at: &eventsEnd, body)
    }
  }
}
