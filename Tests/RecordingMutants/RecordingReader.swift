import ClassFolders
import EventData
import EventFrames
import FileAccess
import RecordingFormats
import RecordingView
import SystemPackage

/// Reads files as the tools do.
struct RecordingReader {
  private static let shape = FrameShape.dvs128

  /// One for all files, as new counts would take most of the time of a small file.
  private var counter = FrameCounter(shape, invalidEvents: .keep)

  /// A page's frames of the largest sensor take 1 GiB.
  private static let maximumKibibytes = 2 << 20

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - dataSet: The data set in whose way it is read; `nil` if its content alone decides.
  ///   - alsoViewing: Whether it is also read as for a page.
  mutating func read(
    _ path: FilePath, asIn dataSet: DataSetKind?, alsoViewing: Bool
  ) -> RecordingReading {
    let clock = ContinuousClock()
    let start = clock.now
    var outcome: RecordingReading.Outcome
    do throws(DataSetError) {
      outcome = try read(path, asIn: dataSet)
      if alsoViewing { _ = try RecordingOverview(of: path) }
    } catch {
      let text = error.description
      let isOneLine =
        text.hasPrefix("\(path): ")
        && !text.unicodeScalars.contains {
          $0 != " " && $0.properties.isWhitespace || $0.properties.generalCategory == .control
        }
      outcome = isOneLine ? .refused : .badMessage
    }
    if RecordingReading.peakKibibytes > Self.maximumKibibytes { outcome = .tooMuchMemory }
    return RecordingReading(outcome: outcome, seconds: (clock.now - start) / .seconds(1))
  }

  /// Scans the recording, then counts the last half of its time, which starts within it.
  private mutating func read(
    _ path: FilePath, asIn dataSet: DataSetKind?
  ) throws(DataSetError) -> RecordingReading.Outcome {
    let contents = try RecordingContents.mapped(path, asIn: dataSet)
    let header = try contents.withBytes { bytes throws(DataSetError) in
      try contents.format.header(of: bytes, path)
    }
    _ = FrameShape(namedIn: header)
    let arrivedCount = try Self.streamedCount(of: contents, asIn: dataSet)
    let whole = try RecordingScan(of: contents, on: Self.shape, windows: [0..<Int64.max])
    if let arrivedCount, arrivedCount != whole.statistics.polarityEventCount {
      return .different
    }
    guard let span = whole.statistics.clock.span else { return .empty }
    let window = (span.lowerBound / 2 + span.upperBound / 2)..<Int64.max
    let scan = try RecordingScan(of: contents, on: Self.shape, windows: [window])
    let tally = scan.tallies[0]
    if tally.eventCount > 0 {
      let result = try counter.count(
        contents, window: window, tally: tally, split: .number(frameCount: 2))
      guard result.eventCount == tally.eventCount else { return .different }
    }
    return .read
  }

  /// The number of events if the bytes arrive as a stream, in chunks; `nil` if that is refused, as
  /// a cut file is.
  ///
  /// - Throws: ``EventData/DataSetError`` if the file has shrunk.
  private static func streamedCount(
    of contents: borrowing RecordingContents, asIn dataSet: DataSetKind?
  ) throws(DataSetError) -> Int? {
    let bytes = try contents.withBytes { bytes throws(DataSetError) in bytes.copied() }
    var count = 0
    func add(_ events: borrowing PolarityEvents) throws(DataSetError) { count += events.count }
    var stream = RecordingStream(
      named: contents.path, isOfCIFAR10DVS: dataSet == .cifar10DVS)
    do throws(DataSetError) {
      for start in stride(from: 0, to: bytes.count, by: 100) {
        try stream.append(Array(bytes[start..<min(bytes.count, start + 100)]), add)
      }
      try stream.end(add)
      return count
    } catch { return nil }
  }
}
