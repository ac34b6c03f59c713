internal import EventData
import FrameCache
internal import FrameConversion
import SystemPackage

/// What `dvsprep convert --json` writes.
struct ConversionJSON: Encodable {
  struct Stages: Encodable {
    let unpack, read, hash, parse, count, compress, write, verify: Double
  }

  let command = "convert"
  let outcome: String
  let input: String
  let cache: String
  let cacheBytes: Int
  let frames: Int
  let splitBy: String
  let elementType: String?
  let trainSamples: Int
  let testSamples: Int
  let trainSamplesPerClass: [Int]
  let testSamplesPerClass: [Int]
  let emptyWindows: Int
  let recordings: Int
  let recordingBytes: Int
  let events: Int
  let sampledEvents: Int
  let elapsedSeconds: Double
  /// Summed over threads.
  let stageSeconds: Stages
  let warnings: [String]

  init(_ report: ConversionReport, input: String) {
    outcome = report.outcome.rawValue
    self.input = input
    cache = report.destination.string
    cacheBytes = report.cacheByteCount
    frames = report.frameCount
    splitBy = report.settings.split.name
    elementType = report.elementType?.name
    trainSamples = report.sampleCounts[.train] ?? 0
    testSamples = report.sampleCounts[.test] ?? 0
    trainSamplesPerClass = report.classCounts[.train] ?? []
    testSamplesPerClass = report.classCounts[.test] ?? []
    emptyWindows = report.emptyWindowCount
    recordings = report.recordingCount
    recordingBytes = report.recordingByteCount
    events = report.eventCount
    sampledEvents = report.sampledEventCount
    elapsedSeconds = report.elapsedSeconds
    let seconds = report.stageSeconds
    stageSeconds = Stages(
      unpack: seconds.unpack, read: seconds.read, hash: seconds.hash, parse: seconds.parse,
      count: seconds.count,
      compress: seconds.compress, write: seconds.write, verify: seconds.verify)
    warnings = report.warnings.map(\.description)
  }
}
