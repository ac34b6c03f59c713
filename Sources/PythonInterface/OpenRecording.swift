internal import CDVSKit
internal import ClassFolders
internal import EventData
internal import EventFrames
internal import SystemPackage

/// A recording that a caller of the C interface has open.
final class OpenRecording: InterfaceObject {
  private let path: FilePath
  private let contents: RecordingContents
  private let sensor: FrameShape
  private let scan: RecordingScan

  /// Checks a recording from start to end.
  init(_ path: FilePath) throws {
    self.path = path
    contents = try RecordingContents.mapped(path)
    sensor = try RecordingSensor.shape(of: contents)
    scan = try RecordingScan(of: contents, on: sensor, windows: [])
  }

  /// The number of polarity events.
  var eventCount: Int { scan.statistics.polarityEventCount }

  /// What it is, as `dvskit.h` describes it.
  var description: JSONValue {
    let statistics = scan.statistics
    var warnings = statistics.warnings(path, on: nil, invalidEvents: nil)
    if statistics.outsideCount > 0 {
      warnings.append(
        DataSetWarning(
          path, .whole,
          "\(eventsText(statistics.outsideCount, "lies", "lie")) outside the \(sensor) sensor"))
    }
    return .object([
      "format": .text(contents.format.name),
      "width": .number(sensor.width),
      "height": .number(sensor.height),
      "event_count": .number(eventCount),
      "sources": .texts(scan.header.sources),
      "warnings": .texts(warnings.map(\.description)),
    ])
  }

  /// Copies all polarity events, in the order of the file, into memory for ``eventCount`` of them.
  func copy(into events: UnsafeMutableBufferPointer<dvskit_event>) throws {
    var position = 0
    try contents.forEachPiece { piece throws(DataSetError) in
      guard piece.count <= events.count - position else { throw changed }
      for index in 0..<piece.count {
        let event = piece[index]
        // Safe: within the caller's memory, by the check above.
        unsafe events[position] = dvskit_event(
          t: event.timestampMicroseconds, x: UInt16(event.x), y: UInt16(event.y),
          p: event.isOn ? 1 : 0, padding: (0, 0, 0))
        position += 1
      }
    }
    guard position == events.count else { throw changed }
  }

  private var changed: DataSetError {
    DataSetError(path, .whole, "the file has changed since it was opened")
  }
}
