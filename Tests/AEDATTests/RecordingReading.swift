import EventData
import Support
import Testing

@testable import AEDAT

/// All that a reader learns from a recording.
struct RecordingReading: Equatable {
  var header: RecordingHeader
  var packets: [Packet] = []
  var events: [PolarityEvent] = []
  var statistics = RecordingStatistics()
}

/// Walks over a recording as a reader does, and checks that nothing leads out of the file.
func readRecording(_ bytes: [UInt8]) throws(AEDATError) -> RecordingReading {
  try bytes.withRawSpan { (span) throws(AEDATError) in
    var reading = RecordingReading(header: try RecordingHeader(parsing: span))
    var cursor = PacketCursor(byteOffset: reading.header.byteCount)
    while let packet = try cursor.next(in: span) {
      if packet.eventBytes.lowerBound != packet.byteOffset + PacketHeader.byteCount
        || packet.eventBytes.upperBound > packet.nextByteOffset
        || packet.nextByteOffset > bytes.count || packet.nextByteOffset != cursor.byteOffset
      {
        Issue.record("a packet leads out of a file of \(bytes.count) bytes: \(packet)")
      }
      reading.packets.append(packet)
      reading.statistics.add(packet.eventPacket)
      guard packet.header.eventType == EventType.polarity.rawValue else { continue }
      let events = packet.polarityEvents(in: span)
      for index in 0..<events.count { reading.events.append(events[index]) }
      reading.statistics.add(events.summarized(on: .dvs128))
    }
    return reading
  }
}

/// Reads a recording that may be wrong in any way: it must give an error that lies in the file, or
/// a reading no larger than the file.
///
/// - Returns: The reading; `nil` where there was an error.
@discardableResult
func attack(_ bytes: [UInt8], _ what: @autoclosure () -> String) -> RecordingReading? {
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
