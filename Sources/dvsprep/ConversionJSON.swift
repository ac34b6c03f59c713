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
  /// Which part of the data set, from 1; `nil` for a whole cache.
  let shard: Int?
  let shards: Int?
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
    let settings = report.settings
    shard = settings.shard == .whole ? nil : settings.shard.number + 1
    shards = settings.shard == .whole ? nil : settings.shard.count
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

/// What `dvsprep convert --json` writes for each recording of a shard.
struct RecordingJSON: Encodable {
  let kind = "recording"
  let recording: String
  let split: String
  let bytes: Int
  let events: Int
  let samples: Int
  let emptyWindows: Int
  /// From 1.
  let shard: Int
  let shards: Int

  init(_ report: RecordingReport, of shard: Shard) {
    recording = report.fileName
    split = report.split.rawValue
    bytes = report.byteCount
    events = report.eventCount
    samples = report.sampleCount
    emptyWindows = report.emptyWindowCount
    self.shard = shard.number + 1
    shards = shard.count
  }
}
