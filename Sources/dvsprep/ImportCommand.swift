import ArgumentParser
internal import EventData
import FileAccess
import FrameCache
import FrameExchange
import SystemPackage
import Terminal
import ToolSupport

/// `dvsprep import`.
struct ImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Make a frame cache of another program's frames.",
    discussion: """
      DIR is SpikingJelly's folder of frames (train/CLASS/*.npz and test/CLASS/*.npz, with the \
      array frames of any type) or its root, or arrays as 'dvsprep export --to npy' writes them \
      (train/frames.npy, train/labels.npy, test/…), or tonic's DiskCachedDataset of frames \
      (train/0_0.hdf5, … and test/, or one such folder as the training split). Of several folders in DIR, -T, --split-by or \
      --duration choose one.

      Frames carry no times: the cache says so, and has the frames' order only. Counts that are \
      no whole numbers from 0 to 65535 are refused. The cache appears once it is complete and has \
      been read back.

      EXAMPLES
        dvsprep import DVS128Gesture
        dvsprep import DVS128Gesture -T 20 --split-by time
        dvsprep import tonic-cache --split-by time -o cache.h5
        dvsprep import arrays/frames_number_16_split_by_number -o cache.h5
      """)

  @Argument(help: "The folder.", completion: .directory)
  var input: String

  @Option(
    name: [.short, .long],
    help: ArgumentHelp(
      "The cache. Default: frames_number_T_split_by_RULE.h5 or duration_US.h5 beside the folder of the frames.",
      valueName: "file"),
    completion: .file())
  var output: String?

  @Option(
    name: [.customShort("T", allowingJoined: true), .customLong("frames")],
    parsing: .unconditional,
    help: ArgumentHelp("Only frames of this T.", valueName: "T"))
  var frameCount: Int?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Only frames of equal event count, or of equal duration; for a folder whose name does not tell.",
      valueName: "number|time"))
  var splitBy: SplitRule?

  @Option(
    name: .long,
    help: ArgumentHelp("Only frames of this many microseconds.", valueName: "us"))
  var duration: Int64?

  @OptionGroup var threads: ThreadOptions

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Zstandard compression level, from 1 (fast) to \(CacheSettings.compressionLevels.upperBound) (small).",
      valueName: "N"))
  var level = CacheSettings.defaultCompressionLevel

  @Flag(name: .long, help: "Replace any existing file of the cache's name.")
  var force = false

  @OptionGroup var outputOptions: OutputOptions

  func validate() throws {
    if let frameCount, !(1...65_535).contains(frameCount) {
      throw ValidationError("-T: 1 to 65535 frames expected, \(frameCount) found")
    }
    if let duration, duration < 1 {
      throw ValidationError("--duration: 1 or more microseconds expected, \(duration) found")
    }
    if duration != nil && (frameCount != nil || splitBy != nil) {
      throw ValidationError("--duration decides the number of frames: leave out -T and --split-by")
    }
    guard CacheSettings.compressionLevels.contains(level) else {
      let levels = CacheSettings.compressionLevels
      throw ValidationError(
        "--level: \(levels.lowerBound) to \(levels.upperBound) expected, \(level) found")
    }
  }

  func run() throws {
    let messages = outputOptions.messages
    try runWork(messages) { observer in
      // Before everything is read, which may take long.
      if let output { _ = try OutputFile(FilePath(output), inputs: [], force: force) }
      let frames = try FoundFrames(
        at: FilePath(input),
        FrameChoice(
          frameCount: frameCount, isByTime: splitBy.map { $0 == .time },
          durationMicroseconds: duration),
        ForeignReading(
          reader: ["/proc/self/exe", ImportReaderCommand.name],
          folder: output.map { FilePath($0).parentDirectory } ?? FilePath(input),
          observer: observer))
      let path =
        output.map { FilePath($0) }
        ?? frames.path.lexicallyNormalized().parentDirectory.appending(frames.split.cacheFileName)
      let file = try OutputFile(path, inputs: frames.inputs, force: force)
      messages.note("\(frames.path) -> \(file.path): frames of \(frames.program)")
      for warning in frames.warnings { messages.warn(plainText(warning)) }
      let cache = try CacheImport(
        frames, to: file.path, replacesExisting: force, compressionLevel: level,
        threadCount: threads.threadCount, observer: observer
      ).run()
      messages.clearProgress()
      if outputOptions.json {
        try printJSON(ImportJSON(cache, frames, input: input))
      } else {
        printText(
          "\(file.path.plain): \(cache.sampleCount(in: .train)) training and "
            + "\(cache.sampleCount(in: .test)) test samples of \(plainText(cache.schema.name)), "
            + "T \(cache.frameCount), \(cache.elementType.name), "
            + byteCountText(Double(cache.byteCount)))
      }
    }
  }
}

/// What `dvsprep import --json` writes.
private struct ImportJSON: Encodable {
  let command = "import"
  let input: String
  let folder: String
  let importedFrom: String
  let cache: String
  let cacheBytes: Int
  let frames: Int
  let splitBy: String
  let elementType: String
  let dataSet: String
  let trainSamples: Int
  let testSamples: Int

  init(_ cache: FrameCache, _ frames: FoundFrames, input: String) {
    self.input = input
    folder = frames.path.string
    importedFrom = frames.program
    self.cache = cache.path.string
    cacheBytes = cache.byteCount
    self.frames = cache.frameCount
    splitBy = cache.settings.split.name
    elementType = cache.elementType.name
    dataSet = cache.schema.name
    trainSamples = cache.sampleCount(in: .train)
    testSamples = cache.sampleCount(in: .test)
  }
}

/// `dvsprep import-reader`: the process that reads tonic's files for `dvsprep import`.
struct ImportReaderCommand: ParsableCommand {
  static let name = "import-reader"
  static let configuration = CommandConfiguration(
    commandName: name, abstract: "Read files for 'dvsprep import'.", shouldDisplay: false)

  @Argument(help: "The folder.")
  var folder: String

  @OptionGroup var limits: ReadingLimitOptions

  func run() throws {
    throw ExitCode(
      FoundFrames.readerMain(FilePath(folder), memory: limits.memory, seconds: limits.seconds))
  }
}
