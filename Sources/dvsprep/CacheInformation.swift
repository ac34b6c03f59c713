internal import EventData
import FrameCache
internal import FrameConversion
import SystemPackage
import Terminal
import ToolSupport

/// What a cache holds.
struct CacheInformation: Information {
  private let cache: FrameCache

  init(_ cache: FrameCache) { self.cache = cache }

  /// Bytes of all frames as they are in memory.
  private var plainByteCount: Int {
    cache.samples.count * cache.sampleCellCount * cache.elementType.byteCount
  }

  private var ratio: Double { Double(plainByteCount) / Double(max(1, cache.byteCount)) }

  private var eventCount: Int {
    cache.samples.reduce(0) { $0 + Int(cache.record(of: $1).eventCount) }
  }

  private var emptySampleCount: Int {
    cache.samples.count { cache.record(of: $0).eventCount == 0 }
  }

  /// The cache's file and settings.
  var settingsLines: [String] {
    let settings = cache.settings
    let rule =
      switch settings.split {
      case .number(let count): "\(count) by number of events"
      case .time(let count): "\(count) by time"
      case .duration(let microseconds): "of \(microseconds) µs, padded to \(cache.frameCount)"
      }
    return [
      "\(cache.path): frame cache, \(byteCountText(Double(cache.byteCount)))",
      "frames        \(rule)",
      "stored as     \(cache.elementType.name) [N, \(cache.frameCount), 2, \(cache.frameShape.height), \(cache.frameShape.width)], zstd level "
        + "\(settings.compressionLevel), 1/\(decimalText(ratio, digits: 1)) of the plain size",
      "invalid       \(settings.invalidEvents == .keep ? "kept" : "dropped")",
      "empty windows \(settings.skipsEmptyWindows ? "skipped" : "kept") (\(emptySampleCount) held)",
      "selection     \(plainText(settings.selection))",
      "events        \(eventCount)",
      "sources       \(cache.sources.count) files",
      "made by       \(plainText(cache.tool))",
    ]
  }

  var text: String {
    var rows = [["samples", "train", "test"]]
    let train = cache.classCounts(in: .train)
    let test = cache.classCounts(in: .test)
    for (label, name) in cache.schema.classNames.enumerated() {
      rows.append(["  \(label) \(plainText(name))", "\(train[label])", "\(test[label])"])
    }
    rows.append(["  all", "\(train.reduce(0, +))", "\(test.reduce(0, +))"])
    return (settingsLines + [tableText(rows)]).joined(separator: "\n")
  }

  func printJSON() throws {
    let settings = cache.settings
    var duration: Int64?
    if case .duration(let microseconds) = settings.split { duration = microseconds }
    try ToolSupport.printJSON(
      JSON(
        file: cache.path.string, bytes: cache.byteCount, frames: cache.frameCount,
        splitBy: settings.split.name, durationUs: duration,
        elementType: cache.elementType.name, compressionLevel: settings.compressionLevel,
        ratio: ratio, invalidEvents: settings.invalidEvents.rawValue,
        skipsEmptyWindows: settings.skipsEmptyWindows, emptySamples: emptySampleCount,
        selection: settings.selection, events: eventCount, sources: cache.sources.map(\.name),
        tool: cache.tool, trainSamples: cache.sampleCount(in: .train),
        testSamples: cache.sampleCount(in: .test),
        trainSamplesPerClass: cache.classCounts(in: .train),
        testSamplesPerClass: cache.classCounts(in: .test)))
  }

  private struct JSON: Encodable {
    let kind = "cache"
    let file: String
    let bytes: Int
    let frames: Int
    let splitBy: String
    let durationUs: Int64?
    let elementType: String
    let compressionLevel: Int
    let ratio: Double
    let invalidEvents: String
    let skipsEmptyWindows: Bool
    let emptySamples: Int
    let selection: String
    let events: Int
    let sources: [String]
    let tool: String
    let trainSamples: Int
    let testSamples: Int
    let trainSamplesPerClass: [Int]
    let testSamplesPerClass: [Int]
  }
}
