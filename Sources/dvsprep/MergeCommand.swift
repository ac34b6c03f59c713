import ArgumentParser
internal import EventData
import FileAccess
import FrameCache
internal import FrameConversion
import SystemPackage
import Terminal
import ToolSupport

/// `dvsprep merge`.
struct MergeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge",
    abstract: "Make one cache of the parts that 'convert --shard' made.",
    discussion: """
      The cache has the same bytes as that of a single conversion, and the same warnings are given \
      (of 1 part, 'convert' has given them). \
      Frames are copied as they are stored; only where another part needs two bytes a count, or \
      by duration more frames, are they encoded again. Every part is decoded and checked before. \
      All parts of one conversion must be given, in any order; a part of another conversion is refused.

      EXAMPLES
        dvsprep merge part-*.h5 -o frames_number_16_split_by_number.h5
      """)

  @Argument(help: "The parts.", completion: .file())
  var shards: [String]

  @Option(
    name: [.short, .long], help: ArgumentHelp("The cache.", valueName: "file"),
    completion: .file())
  var output: String

  @OptionGroup var threads: ThreadOptions

  @Flag(name: .long, help: "Replace any existing file of the cache's name.")
  var force = false

  @OptionGroup var outputOptions: OutputOptions

  func validate() throws {
    if shards.isEmpty { throw ValidationError("at least one part expected") }
  }

  func run() throws {
    let messages = outputOptions.messages
    try runWork(messages) { observer in
      let paths = shards.map { FilePath($0) }
      let file = try OutputFile(FilePath(output), inputs: paths, force: force)
      let report = try ShardMerge(
        paths, to: file.path, replacesExisting: force, threadCount: threads.threadCount,
        observer: observer, onWarning: { messages.warn($0) }
      ).run()
      messages.clearProgress()
      if outputOptions.json {
        try printJSON(MergeJSON(report))
      } else {
        printText(report.summaryText)
      }
    }
  }
}

extension MergeReport {
  /// The result as text of one line.
  fileprivate var summaryText: String {
    let encoded =
      encodedSampleCount == 0
      ? "" : ", \(counted(encodedSampleCount, "sample")) encoded again"
    return "\(destination.plain): \(sampleCounts[.train] ?? 0) training and "
      + "\(sampleCounts[.test] ?? 0) test samples of \(counted(shardCount, "shard")), "
      + "T \(frameCount), \(elementType.name), \(byteCountText(Double(cacheByteCount)))\(encoded)"
  }
}

/// What `dvsprep merge --json` writes.
private struct MergeJSON: Encodable {
  let command = "merge"
  let cache: String
  let cacheBytes: Int
  let shards: Int
  let frames: Int
  let elementType: String
  let trainSamples: Int
  let testSamples: Int
  let samplesEncodedAgain: Int
  let recordings: Int
  let sampledEvents: Int
  let elapsedSeconds: Double
  let warnings: [String]

  init(_ report: MergeReport) {
    cache = report.destination.string
    cacheBytes = report.cacheByteCount
    shards = report.shardCount
    frames = report.frameCount
    elementType = report.elementType.name
    trainSamples = report.sampleCounts[.train] ?? 0
    testSamples = report.sampleCounts[.test] ?? 0
    samplesEncodedAgain = report.encodedSampleCount
    recordings = report.recordingCount
    sampledEvents = report.sampledEventCount
    elapsedSeconds = report.elapsedSeconds
    warnings = report.warnings
  }
}
