import EventData
import EventFrames
import Support
import SystemPackage

@testable import RecordingFormats

/// What is read from the bytes of a recording.
struct EventFile: Equatable {
  let format: String
  let events: [PolarityEvent]
  let warnings: [String]
  let sensor: FrameShape?
  let packetCounts: [EventType: Int]

  /// Reads bytes in the way that every command does: detects the format, then walks the packets.
  init(reading bytes: [UInt8], name: FilePath = "a") throws(DataSetError) {
    let contents = try Self.contents(bytes, name: name)
    let events = try Self.events(of: contents)
    let scan = try RecordingScan(
      of: contents, on: FrameShape(width: 0x8000, height: 0x8000), windows: [])
    self.events = events
    format = contents.format.name
    warnings = scan.statistics.warnings(name, on: nil, invalidEvents: nil).map(\.description)
    sensor = FrameShape(namedIn: scan.header)
    let counts = scan.statistics.packetCounts
    packetCounts = Dictionary(
      uniqueKeysWithValues: EventType.allCases.map { ($0, counts[Int($0.rawValue)]) }
        .filter { $0.1 > 0 })
    precondition(scan.statistics.polarityEventCount == events.count)
  }

  /// The events of bytes.
  static func events(of bytes: [UInt8]) throws(DataSetError) -> [PolarityEvent] {
    try events(of: try contents(bytes))
  }

  /// The events of a recording.
  static func events(
    of contents: borrowing RecordingContents
  ) throws(DataSetError) -> [PolarityEvent] {
    var events: [PolarityEvent] = []
    try contents.forEachPiece { piece throws(DataSetError) in
      for index in 0..<piece.count { events.append(piece[index]) }
    }
    return events
  }

  /// The bytes with the format that they are recognised as.
  static func contents(
    _ bytes: [UInt8], name: FilePath = "a"
  ) throws(DataSetError) -> RecordingContents {
    let format = try bytes.withRawSpan { span throws(DataSetError) in
      try recordingFormat(of: span, name)
    }
    guard let format else { throw bytes.withRawSpan { missingRecording(in: $0, name) } }
    return .memory(bytes, path: name, as: format)
  }

  /// The error for bytes that cannot be read.
  static func error(_ bytes: [UInt8]) -> String? {
    do throws(DataSetError) {
      _ = try EventFile(reading: bytes)
      return nil
    } catch { return error.description }
  }

  /// The events that all files in `Fixtures/formats` contain, read without any of our readers.
  static func fixtureEvents() throws -> [PolarityEvent] {
    String(decoding: try Fixtures.bytes("formats/events.txt"), as: UTF8.self).split(separator: "\n")
      .map { line in
        let numbers = line.split(separator: " ").compactMap { Int($0) }
        return PolarityEvent(
          x: numbers[1], y: numbers[2], isOn: numbers[3] == 1,
          timestampMicroseconds: Int64(numbers[0]))
      }
  }
}
