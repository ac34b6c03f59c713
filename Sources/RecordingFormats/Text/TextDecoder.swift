internal import EventData
internal import FileAccess
internal import SystemPackage

/// Lines of four numbers.
struct TextDecoder: EventDecoder {
  /// Nothing: each line can be read by itself.
  var state = DecoderState()

  /// Whether times are written in seconds.
  let isInSeconds: Bool

  /// The last line.
  private var row: (data: UInt32, microseconds: Int64) = (0, 0)

  /// Creates a decoder.
  ///
  /// - Parameter isInSeconds: Whether times are written in seconds, rather than microseconds.
  init(isInSeconds: Bool) { self.isInSeconds = isInSeconds }

  /// Nothing: every line is an event, a comment or an error.
  var oddities: [String] { [] }

  mutating func decode(
    _ packet: EventPacket, in bytes: RawSpan, _ path: FilePath, into events: inout EventBuffer,
    _ body: EventBuffer.Body
  ) throws(DataSetError) {
    var scanner = NumberScanner(bytes.extracting(packet.eventBytes))
    while true {
      let start = scanner.position
      do throws(NumberScanner.Defect) {
        guard try scanner.skipToLineOfNumbers() else { return }
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
          path, .byte(packet.eventBytes.lowerBound + start),
          "a line 't x y p' expected, with \(error.expected)")
      }
      try events.append(data: row.data, microseconds: row.microseconds, body)
    }
  }
}
