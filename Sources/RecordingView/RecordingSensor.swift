internal import AEDAT
package import EventData

/// The sensor of a recording that nobody has told the sensor of.
package enum RecordingSensor {
  /// What recorders call their sensors in a recording's header; letters for a variant may follow.
  ///
  /// Source: libcaer, `devices/davis.h`, `devices/dvs128.h` and `devices/dvs132s.h`.
  private static let known: [(name: String, shape: FrameShape)] = [
    ("DVS128", .dvs128), ("DVS132S", FrameShape(width: 132, height: 104)),
    ("DAVIS128", FrameShape(width: 128, height: 128)),
    ("DAVIS208", FrameShape(width: 208, height: 192)),
    ("DAVIS240", FrameShape(width: 240, height: 180)),
    ("DAVIS346", FrameShape(width: 346, height: 260)),
    ("DAVIS640", FrameShape(width: 640, height: 480)),
  ]

  /// Events beyond so many columns or rows are a defect, not a sensor.
  static let mostPixels = 1280

  /// The sensor that a header names; `nil` where it names none that is known, or several.
  package static func shape(namedIn sources: [String]) -> FrameShape? {
    guard sources.count == 1 else { return nil }
    return known.first { sources[0].hasPrefix($0.name) }?.shape
  }

  /// The sensor of a recording: the one that its header names, else the smallest that all valid
  /// events lie on, a DVS128 at least.
  ///
  /// - Throws: ``EventData/DataSetError`` for a defect, with its byte, or for events so far out
  ///   that they are no sensor's.
  package static func shape(
    of recording: borrowing RecordingContents
  ) throws(DataSetError) -> FrameShape {
    let path = recording.path
    return try recording.withBytes { bytes throws(DataSetError) in
      var columns = FrameShape.dvs128.width
      var rows = FrameShape.dvs128.height
      do throws(AEDATError) {
        let header = try RecordingHeader(parsing: bytes)
        if let shape = Self.shape(namedIn: header.sources) { return shape }
        var cursor = PacketCursor(byteOffset: header.byteCount)
        while let packet = try cursor.next(in: bytes) {
          guard packet.header.eventType == EventType.polarity.rawValue else { continue }
          let events = packet.polarityEvents(in: bytes)
          events.forEach(in: 0..<events.count) { event in
            guard event.isValid else { return }
            columns = max(columns, event.x + 1)
            rows = max(rows, event.y + 1)
          }
        }
      } catch {
        throw DataSetError(path, error)
      }
      guard columns <= mostPixels, rows <= mostPixels else {
        throw DataSetError(
          path, .whole,
          "events on at most \(mostPixels) columns and rows expected, \(columns) columns and \(rows) rows "
            + "found, and no known sensor named in the header")
      }
      return FrameShape(width: columns, height: rows)
    }
  }
}
