import EventData
import Support
import Testing

@testable import AEDAT

/// Everything that a reader gets from a recording.
struct ParsedRecording: Equatable {
  var header: RecordingHeader
  var packets: [Packet] = []
  var events: [PolarityEvent] = []
  var statistics = RecordingStatistics()
}

/// Reads a recording, and checks that no packet extends past the end of the file.
func readRecording(_ bytes: [UInt8]) throws(AEDATError) -> ParsedRecording {
  try bytes.withRawSpan { (span) throws(AEDATError) in
    var reading = ParsedRecording(header: try RecordingHeader(parsing: span))
    var cursor = PacketCursor(byteOffset: reading.header.byteCount)
    while let packet = try cursor.next(in: span) {
      if packet.eventBytes.lowerBound != packet.byteOffset + PacketHeader.byteCount
        || packet.eventBytes.upperBound > packet.nextByteOffset
        || packet.nextByteOffset > bytes.count || packet.nextByteOffset != cursor.byteOffset
      {
        Issue.record("a packet extends past the end of a file of \(bytes.count) bytes: \(packet)")
      }
      reading.packets.append(packet)
      reading.statistics.add(packet.eventPacket)
      guard packet.header.eventType == EventType.polarity.rawValue else { continue }
      let events = packet.polarityEvents(in: span)
      for index in 0..<events.count { reading.events.append(events[index]) }
      reading.statistics.add(events, events.summarized(on: .dvs128))
    }
    return reading
  }
}

/// Reads a possibly damaged recording.
///
/// The result must be an error at an offset in the file, or no more events than the file has room
/// for.
///
/// - Returns: What was read; `nil` after an error.
@discardableResult
func attack(_ bytes: [UInt8], _ what: @autoclosure () -> String) -> ParsedRecording? {
  do throws(AEDATError) {
    let reading = try readRecording(bytes)
    if reading.events.count > bytes.count / 8 || reading.packets.count > bytes.count / 28 {
      Issue.record("\(what()): \(reading.events.count) events in \(bytes.count) bytes")
    }
    return reading
  } catch {
    if error.byteOffset < 0 || error.byteOffset > bytes.count || error.detail.isEmpty {
      Issue.record("\(what()): \(error) in a file of \(bytes.count) bytes")
    }
    return nil
  }
}
