internal import EventData
internal import FileAccess
internal import NumPyFiles
internal import SystemPackage

/// The values of an event, each of which is a column of integers.
enum EventValue: Int, CaseIterable {
  case t, x, y, p

  /// Names of its array or field: SpikingJelly's and tonic's, and those of dv-processing.
  var names: [String] {
    switch self {
    case .t: ["t", "timestamp"]
    case .x: ["x"]
    case .y: ["y"]
    case .p: ["p", "polarity"]
    }
  }

  /// As in `'t' or 'timestamp'`.
  var namesText: String { names.map { "'\($0)'" }.joined(separator: " or ") }

  /// The column of a type.
  ///
  /// - Throws: ``FileContentError`` unless it is of integers.
  func column(_ element: ElementDescription, stride: Int? = nil) throws(FileContentError)
    -> IntegerColumn
  {
    if let column = IntegerColumn(element, stride: stride) { return column }
    throw FileContentError(
      names[0],
      "integers expected\(self == .t ? " (µs)" : ""), type '\(element.text)' found: "
        + (self == .t
          ? "np.round(t * 1e6).astype('i8') makes them of seconds"
          : "astype('i8') makes them of whole numbers"))
  }
}

/// Events of which each value was read into an array of its own.
struct EventRows {
  private var values: [[Int64]] = Array(repeating: [], count: EventValue.allCases.count)

  /// The number of events of a packet: few enough for a processor's cache.
  static let packetRowCount = 16_384

  /// The numbers of a packet's events.
  ///
  /// - Parameters:
  ///   - number: The packet's number.
  ///   - eventCount: The number of all events.
  static func events(ofPacket number: Int, of eventCount: Int) -> Range<Int> {
    let start = number * packetRowCount
    return start..<min(eventCount, start + packetRowCount)
  }

  /// Reads a column.
  ///
  /// - Parameters:
  ///   - value: What it contains.
  ///   - column: How it is stored.
  ///   - bytes: The bytes in which it is.
  ///   - offset: Where the first of its integers begins.
  ///   - count: How many are read.
  mutating func read(
    _ value: EventValue, _ column: IntegerColumn, _ bytes: RawSpan, at offset: Int, count: Int
  ) {
    let index = value.rawValue
    if values[index].count != count { values[index] = Array(repeating: 0, count: count) }
    column.read(bytes, at: offset, into: &values[index])
  }

  /// Adds the events to a buffer.
  ///
  /// - Parameters:
  ///   - first: The number of the first, from 0, for messages.
  ///   - path: The file's name, for messages.
  /// - Throws: ``EventData/DataSetError`` for a value that is none of an event; what `body` throws.
  func append(
    to events: inout EventBuffer, first: Int, _ path: FilePath, _ body: EventBuffer.Body
  ) throws(DataSetError) {
    let (t, x, y, p) = (values[0], values[1], values[2], values[3])
    var end = events.end
    defer { events.end = end }
    var start = 0
    while start < t.count {
      let run = start..<min(t.count, start + EventBuffer.runCount)
      start = run.upperBound
      if appendRun(run, to: &events, at: &end) { continue }
      for index in run {
        let isOnSensor = (x[index] | y[index]) & ~0x7FFF == 0
        guard isOnSensor, (-1...1).contains(p[index]),
          (0..<EventBuffer.microsecondsLimit).contains(t[index])
        else {
          throw DataSetError(
            path, .whole,
            "event \(first + index): t of at least 0 µs, x and y from 0 to 32767, and p of 0 or 1, or "
              + "-1 or 1 expected, \(t[index]), \(x[index]), \(y[index]), \(p[index]) found")
        }
        try events.append(
          data: PolarityEvent.data(
            x: UInt32(x[index]), y: UInt32(y[index]), polarity: p[index] == 1 ? 1 : 0),
          microseconds: t[index], at: &end, body)
      }
    }
  }

  /// Adds a whole run of valid events that all have the upper bits of the time before.
  private func appendRun(
    _ run: Range<Int>, to events: inout EventBuffer, at end: inout EventBuffer.End
  ) -> Bool {
    guard run.count == EventBuffer.runCount else { return false }
    let (times, columns, rows, polarities) = (values[0], values[1], values[2], values[3])
    let t = times.span.extracting(run)
    let x = columns.span.extracting(run)
    let y = rows.span.extracting(run)
    let p = polarities.span.extracting(run)
    let overflow = UInt64(bitPattern: end.upperTimeBits)
    return events.appendRun(overflow: end.upperTimeBits, at: &end) { index in
      // Safe: each span has the events of a run.
      let (time, column, row, polarity) = unsafe (
        UInt64(bitPattern: t[unchecked: index]), UInt64(bitPattern: x[unchecked: index]),
        UInt64(bitPattern: y[unchecked: index]), UInt64(bitPattern: p[unchecked: index])
      )
      // 0 for -1, 1 for 0, 2 for 1.
      let raised = polarity &+ 1
      return EventBuffer.RunWord(
        data: PolarityEvent.data(
          x: UInt32(truncatingIfNeeded: column), y: UInt32(truncatingIfNeeded: row),
          polarity: UInt32(truncatingIfNeeded: raised >> 1)),
        lowerBits: UInt32(truncatingIfNeeded: time),
        unusualBits: (column | row) & ~0x7FFF | raised & ~3 | raised & raised >> 1 & 1
          | (time >> 31 ^ overflow))
    }
  }
}

extension DataSetError {
  /// Adds the file to a defect.
  init(_ path: FilePath, _ error: FileContentError) {
    if let fileError = error.fileError {
      self.init(fileError)
    } else {
      self.init(path, .whole, (error.location.isEmpty ? "" : "\(error.location): ") + error.detail)
    }
  }
}
