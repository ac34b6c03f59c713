internal import EventData
import FrameCache
internal import FrameConversion
internal import GestureDataSet
import SystemPackage
import Terminal
import ToolSupport

/// Settings and contents of a cache, for `dvsprep info`.
struct CacheInformation: Information {
  private let cache: FrameCache

  init(_ cache: FrameCache) { self.cache = cache }

  /// Bytes of all frames, uncompressed.
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

  /// The cache's file and settings, one line each.
  var settingsLines: [String] {
    let settings = cache.settings
    let rule =
      switch settings.split {
      case .number(let count): "\(count) by number of events"
      case .time(let count): "\(count) by time"
      case .duration(let microseconds): "of \(microseconds) µs, padded to \(cache.frameCount)"
      }
    let shape = cache.frameShape
    return [
      "\(cache.path.plain): frame cache, \(byteCountText(Double(cache.byteCount)))"
    ] + schemaLines + [
      "frames        \(rule)",
      "stored as     \(cache.elementType.name) [N, \(cache.frameCount), 2, \(shape.height), \(shape.width)], "
        + "zstd level \(settings.compressionLevel), 1/\(decimalText(ratio, digits: 1)) of the plain size",
      "invalid       \(settings.invalidEvents == .keep ? "kept" : "dropped")",
      "empty windows \(settings.skipsEmptyWindows ? "skipped" : "kept") (\(emptySampleCount) held)",
      "selection     \(plainText(selectionText))",
      "events        \(eventCount)",
      "sources       \(cache.sources.count) files",
      "made by       \(plainText(cache.tool))",
    ]
      + (settings.importedFrom.map { ["imported      from \(plainText($0)): times are not known"] }
        ?? [])
  }

  private var selectionText: String {
    guard cache.isGestureDataSet else { return cache.settings.selection }
    return (try? cache.dataSetSelection)?.text ?? cache.settings.selection
  }

  /// The data set; nothing in a cache of version 1, whose samples are always of DVS128 Gesture.
  private var schemaLines: [String] {
    guard cache.formatVersion > 1 else { return [] }
    let (schema, settings) = (cache.schema, cache.settings)
    var lines = [
      "data set      \(plainText(schema.name)), \(schema.classNames.count) "
        + (schema.classNames.count == 1 ? "class" : "classes"),
      "sensor        \(schema.sensor) pixels",
    ]
    if !schema.columns.isEmpty {
      let columns = schema.columns.map { column in
        "\(plainText(column.name)) (\(column.kind == .integer ? "integer" : "text"))"
      }
      lines.append("attributes    \(columns.joined(separator: ", "))")
    }
    if !schema.splitRule.isEmpty { lines.append("split by      \(plainText(schema.splitRule))") }
    if !schema.labelTable.isEmpty { lines.append("labels from   \(plainText(schema.labelTable))") }
    if let preprocessing = settings.preprocessing {
      lines.append("preprocessing \(preprocessing)")
    }
    if cache.isShard { lines.append("shard         \(settings.shard)\(recordingsText)") }
    return lines
  }

  /// How many recordings a shard has; empty if it does not say.
  private var recordingsText: String {
    guard let list = cache.shardList else { return "" }
    return ": \(list.parts.count) of \(counted(list.recordings.count, "recording"))"
  }

  /// Up to this many classes are listed; more are summarised.
  private static let listedClassLimit = 40

  var text: String {
    var rows = [["samples", "train", "test"]]
    let train = cache.classCounts(in: .train)
    let test = cache.classCounts(in: .test)
    if cache.schema.classNames.count > Self.listedClassLimit {
      rows += Self.summary(train, test)
    } else {
      let names = cache.classNames
      for label in cache.schema.classNames.indices {
        rows.append([
          "  \(plainText(names.title(of: label)))", "\(train[label])", "\(test[label])",
        ])
      }
    }
    rows.append(["  all", "\(train.reduce(0, +))", "\(test.reduce(0, +))"])
    return (settingsLines + [tableText(rows)]).joined(separator: "\n")
  }

  /// Rows that summarise many classes.
  private static func summary(_ train: [Int], _ test: [Int]) -> [[String]] {
    func row(_ name: String, _ value: ([Int]) -> Int) -> [String] {
      ["  \(name)", "\(value(train))", "\(value(test))"]
    }
    return [
      row("classes with samples") { counts in counts.count { $0 > 0 } },
      row("min of a class") { $0.min() ?? 0 },
      row("median of a class") { $0.sorted()[$0.count / 2] },
      row("max of a class") { $0.max() ?? 0 },
    ]
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
        tool: cache.tool, importedFrom: settings.importedFrom,
        trainSamples: cache.sampleCount(in: .train),
        testSamples: cache.sampleCount(in: .test),
        trainSamplesPerClass: cache.classCounts(in: .train),
        testSamplesPerClass: cache.classCounts(in: .test),
        dataSet: cache.formatVersion > 1 ? JSON.DataSet(cache) : nil))
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
    let importedFrom: String?
    let trainSamples: Int
    let testSamples: Int
    let trainSamplesPerClass: [Int]
    let testSamplesPerClass: [Int]
    /// `nil` for a cache of version 1, so that its JSON does not change.
    let dataSet: DataSet?

    struct DataSet: Encodable {
      let name: String
      let sensorWidth: Int
      let sensorHeight: Int
      let frameWidth: Int
      let frameHeight: Int
      let classes: [String]
      let attributes: [String]
      let splitRule: String
      let labelTable: String
      let preprocessing: String?
      /// From 1, as in `--shard`.
      let shard: Int
      let shards: Int

      init(_ cache: FrameCache) {
        let (schema, settings) = (cache.schema, cache.settings)
        name = schema.name
        sensorWidth = schema.sensor.width
        sensorHeight = schema.sensor.height
        frameWidth = cache.frameShape.width
        frameHeight = cache.frameShape.height
        classes = schema.classNames
        attributes = schema.columns.map(\.name)
        splitRule = schema.splitRule
        labelTable = schema.labelTable
        preprocessing = settings.preprocessing?.description
        shard = settings.shard.number + 1
        shards = settings.shard.count
      }
    }
  }
}
