internal import CDVSKit
internal import ClassFolders
internal import EventData
internal import EventFrames
internal import SystemPackage

/// A recording that a caller of the C interface has open.
final class OpenRecording: InterfaceObject {
  private let path: FilePath
  private let formatName: String
  private let sensor: FrameShape
  private let sources: [String]
  private let statistics: RecordingStatistics
  private let outsideCount: Int
  /// `nil` once they are taken.
  private var events: EventMemory?

  /// Reads a recording, and checks it, from start to end.
  init(_ path: FilePath) throws {
    let contents = try RecordingContents.mapped(path)
    let header = try contents.loadedHeader()
    let named = FrameShape(namedIn: header)
    // Most formats have at least 8 bytes for an event.
    guard var events = EventMemory(forAbout: contents.byteCount / 8) else {
      throw Self.noMemory(path, after: 0)
    }
    var extent = EventExtent()
    let pass = try RecordingPass(over: contents, after: header, on: named) {
      piece, summary throws(DataSetError) in
      if named == nil { extent.add(piece, summary) }
      guard events.append(piece) else { throw Self.noMemory(path, after: events.count) }
    }
    self.path = path
    formatName = contents.format.name
    sources = header.sources
    statistics = pass.statistics
    if let named {
      sensor = named
      outsideCount = statistics.outsideCount
    } else {
      sensor = try RecordingSensor.shape(containing: extent, of: contents)
      // All valid events lie on that sensor.
      outsideCount = statistics.invalidCount == 0 ? 0 : events.count(outside: sensor)
    }
    self.events = consume events
  }

  /// What it is, as `dvskit.h` describes it.
  var description: JSONValue {
    var warnings = statistics.warnings(path, on: nil, invalidEvents: nil)
    if outsideCount > 0 {
      warnings.append(
        DataSetWarning(
          path, .whole,
          "\(eventsText(outsideCount, "lies", "lie")) outside the \(sensor) sensor"))
    }
    return .object([
      "format": .text(formatName),
      "width": .number(sensor.width),
      "height": .number(sensor.height),
      "event_count": .number(statistics.polarityEventCount),
      "sources": .texts(sources),
      "warnings": .texts(warnings.map(\.description)),
    ])
  }

  /// All polarity events, in the order of the file, which the caller frees.
  ///
  /// - Throws: ``InterfaceError`` when they have been taken before.
  func takeEvents() throws(InterfaceError) -> UnsafeMutablePointer<dvskit_event> {
    guard let events = events.take() else {
      throw InterfaceError("\(path): its events have been taken already: open it again")
    }
    return unsafe events.handedOver()
  }

  private static func noMemory(_ path: FilePath, after eventCount: Int) -> DataSetError {
    DataSetError(
      path, .whole, "the system gives no memory for more than \(eventCount) of its events")
  }
}
