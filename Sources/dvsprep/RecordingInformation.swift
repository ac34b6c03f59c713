import ClassFolders
internal import EventData
internal import EventFrames
import FileAccess
import GestureDataSet
import RecordingView
import SystemPackage
import Terminal
internal import Threads
import ToolSupport

/// Contents of a recording, with its label windows where the label file lies beside it.
struct RecordingInformation: Information {
  private let path: FilePath
  private let scan: RecordingScan
  private let windows: [LabelWindow]
  let warnings: [DataSetWarning]
  private let sensor: FrameShape
  private let format: any RecordingFormat

  init(_ path: FilePath, _ observer: WorkObserver) throws {
    self.path = path
    let labels = try LabelWindow.read(besideRecording: path)
    windows = labels ?? []
    let recording = try RecordingContents.mapped(path)
    format = recording.format
    let sensor = try RecordingSensor.shape(of: recording)
    self.sensor = sensor
    let totalByteCount = recording.byteCount
    var completedByteCount = 0
    scan = try RecordingScan(
      of: recording, on: sensor, windows: windows.map(\.microseconds),
      onProgress: { byteCount throws(DataSetError) in
        if observer.isCancelled() { throw .cancelled(path) }
        completedByteCount += byteCount
        observer.onProgress(
          WorkProgress(
            stage: .scan, completedCount: completedByteCount, totalCount: totalByteCount))
      })
    warnings = scan.warnings(path, on: sensor, labels: labels, invalidEvents: nil)
  }

  private var statistics: RecordingStatistics { scan.statistics }

  private var isSensorNamed: Bool { FrameShape(namedIn: scan.header) != nil }

  private var spanSeconds: Double {
    guard let span = statistics.clock.span else { return 0 }
    return Double(span.upperBound - span.lowerBound) * 1e-6
  }

  private var eventsPerSecond: Double {
    spanSeconds > 0 ? Double(statistics.polarityEventCount) / spanSeconds : 0
  }

  var text: String {
    var lines = [
      "\(path.plain): \(format.name) recording, \(byteCountText(Double(scan.byteCount)))"
    ]
    let hasPackets = format.hasPackets
    if scan.header.byteCount > 0 {
      lines += [
        "source        "
          + (scan.header.sources.isEmpty
            ? "not recorded" : plainText(scan.header.sources.joined(separator: ", "))),
        "start time    \(plainText(scan.header.startTime ?? "not recorded"))",
      ]
    }
    lines.append(
      "sensor        "
        + (isSensorNamed ? "\(sensor) pixels" : "not recorded; \(sensor) pixels assumed"))
    if hasPackets {
      let (paddedCount, leftOutCount) = (
        statistics.paddedPacketCount, statistics.leftOutPacketCount
      )
      lines.append(
        "packets       \(statistics.packetCount)"
          + (paddedCount > 0 ? " (\(paddedCount) padded)" : "")
          + (leftOutCount > 0 ? ", \(leftOutCount) of others left out" : ""))
    }
    for type in EventType.allCases
    where hasPackets && statistics.packetCounts[Int(type.rawValue)] > 0 {
      let packets = statistics.packetCounts[Int(type.rawValue)]
      let events = statistics.eventCounts[Int(type.rawValue)]
      lines.append("  \(type): \(events) events in \(packets) packets")
    }
    lines += [
      "polarity      \(statistics.onCount) ON, \(statistics.offCount) OFF",
      "invalid       \(statistics.invalidCount)",
      "outside       \(statistics.outsideCount)",
      "time          \(timeText)",
      "out of order  \(backwardText)",
      "clock jumps   \(statistics.clock.jumpCount)",
      "rate          \(countText(eventsPerSecond, "events"))/s",
    ]
    if !windows.isEmpty {
      let rows = zip(windows, scan.tallies).map { window, tally in
        [
          "  \(window.gesture.title)",
          "\(window.microseconds.lowerBound)", "\(window.microseconds.upperBound)",
          "\(tally.eventCount)",
        ]
      }
      lines.append("windows")
      lines.append(tableText([["  class", "start µs", "end µs", "events"]] + rows))
    }
    return lines.joined(separator: "\n")
  }

  private var timeText: String {
    guard let span = statistics.clock.span else { return "no events" }
    return "\(span.lowerBound) to \(span.upperBound) µs, \(decimalText(spanSeconds, digits: 3)) s"
  }

  private var backwardText: String {
    let count = counted(statistics.backwardCount, "timestamp")
    return statistics.backwardCount == 0
      ? count : "\(count), by at most \(statistics.largestStepBack) µs"
  }

  func printJSON() throws { try ToolSupport.printJSON(json) }

  private var json: JSON {
    var packets: [String: Int] = [:]
    var events: [String: Int] = [:]
    for type in EventType.allCases where statistics.packetCounts[Int(type.rawValue)] > 0 {
      packets["\(type)"] = statistics.packetCounts[Int(type.rawValue)]
      events["\(type)"] = statistics.eventCounts[Int(type.rawValue)]
    }
    return JSON(
      file: path.string, format: format.name, bytes: scan.byteCount,
      headerBytes: scan.header.byteCount,
      packets: packets, events: events, onEvents: statistics.onCount,
      offEvents: statistics.offCount, invalidEvents: statistics.invalidCount,
      outsideEvents: statistics.outsideCount, backwardSteps: statistics.backwardCount,
      paddedPackets: statistics.paddedPacketCount,
      leftOutPackets: statistics.leftOutPacketCount == 0 ? nil : statistics.leftOutPacketCount,
      firstUs: statistics.firstMicroseconds,
      lastUs: statistics.lastMicroseconds, earliestUs: statistics.earliestMicroseconds,
      latestUs: statistics.latestMicroseconds, largestStepBackUs: statistics.largestStepBack,
      clockJumps: statistics.clock.jumpCount, eventsPerSecond: eventsPerSecond,
      sensorWidth: isSensorNamed || sensor != .dvs128 ? sensor.width : nil,
      sensorHeight: isSensorNamed || sensor != .dvs128 ? sensor.height : nil,
      windows: zip(windows, scan.tallies).map { window, tally in
        JSON.Window(
          class: window.gesture.classNumber, classNumber: window.gesture.classNumber,
          label: Int(window.gesture.label), className: window.gesture.name,
          startUs: window.microseconds.lowerBound,
          endUs: window.microseconds.upperBound, events: tally.eventCount)
      })
  }

  private struct JSON: Encodable {
    struct Window: Encodable {
      /// The class number, under the key that it had first.
      let `class`: Int
      let classNumber: Int
      let label: Int
      let className: String
      let startUs: Int64
      let endUs: Int64
      let events: Int
    }

    let kind = "recording"
    let file: String
    /// As in `AEDAT 4.0 (LZ4)`.
    let format: String
    let bytes: Int
    let headerBytes: Int
    let packets: [String: Int]
    let events: [String: Int]
    let onEvents: Int
    let offEvents: Int
    let invalidEvents: Int
    let outsideEvents: Int
    let backwardSteps: Int
    let paddedPackets: Int
    /// `nil` without any, so that the JSON of most recordings does not change.
    let leftOutPackets: Int?
    let firstUs: Int64?
    let lastUs: Int64?
    let earliestUs: Int64?
    let latestUs: Int64?
    let largestStepBackUs: Int64
    let clockJumps: Int
    let eventsPerSecond: Double
    /// `nil` if nothing tells that it is more than a DVS128.
    let sensorWidth: Int?
    let sensorHeight: Int?
    let windows: [Window]
  }
}
