import ArgumentParser
import ClassFolders
internal import EventData
import FileAccess
import FrameCache
internal import FrameConversion
import GestureDataSet
import SystemPackage
import Terminal
internal import Threads
import ToolSupport

/// `dvsprep convert`.
struct ConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Convert a data set of recordings into a frame cache.",
    discussion: """
      INPUT is a DvsGesture folder, the folder that contains it, or DvsGesture.tar.gz, which \
      need not be unpacked (tar, plain or compressed with gzip, xz, zstd or bzip2); or SpikingJelly's folder, with download/ and extract/; or a folder with N-MNIST's Train/ and Test/, or with CIFAR10-DVS's airplane/ to truck/; or a folder of your \
      own recordings, of any format that 'dvsprep info' reads: one per sample in train/CLASS/* and test/CLASS/*, \
      or any parts of them, listed by a table: labels.csv with columns file, label, split and, for parts, start_us \
      and end_us (Documentation/OwnData.md; 'dvsprep labels' makes one to fill in). \
      The frames are identical to SpikingJelly's.

      Several processes, for example the tasks of a batch system, convert one data set together with --shard: \
      each makes a file of some of the recordings, which are dealt out by size, and 'dvsprep merge' makes one \
      cache of all files. Each process reads all lists and labels; from an archive, each reads the whole \
      archive, since the sizes of its recordings are known only at its end: unpack it first.

      The cache appears once it is complete and has been read back. If a cache of the same \
      recordings and settings already exists, nothing is done.

      EXAMPLES
        dvsprep convert DvsGesture
        dvsprep convert DVS128Gesture
        dvsprep convert DvsGesture.tar.gz -T 20 --split-by time
        dvsprep convert DvsGesture --duration 200000
        dvsprep convert DvsGesture --subject 1,2 --lighting led -o small.h5
        dvsprep convert N-MNIST -T 10
        dvsprep convert CIFAR10-DVS -T 20
        dvsprep convert my-recordings --sensor 346x260
        dvsprep convert DvsGesture --shard 2/5 -o part-2.h5
        dvsprep convert own --train-fraction 0.8 --group-by subject
        dvsprep convert own --crop center:256x256 --downsample 2 --noise-filter 5000
      """)

  @Argument(help: "The data set: a folder, an archive or a table of labels.", completion: .file())
  var input: String

  @OptionGroup var dataSet: DataSetArguments

  @OptionGroup var preprocessing: PreprocessingArguments

  @Option(
    name: [.short, .long],
    help: ArgumentHelp(
      "The cache. Default: frames_number_T_split_by_RULE.h5 or duration_US.h5 in the input's folder.",
      valueName: "file"),
    completion: .file())
  var output: String?

  @Option(
    name: [.customShort("T", allowingJoined: true), .customLong("frames")],
    parsing: .unconditional,
    help: ArgumentHelp("Frames per sample. (default: 16)", valueName: "T"))
  var frameCount: Int?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Split each sample into frames of equal event count, or of equal duration. (default: number)",
      valueName: "number|time"))
  var splitBy: SplitRule?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Use frames of this many microseconds instead; samples are padded to the longest.",
      valueName: "us"))
  var duration: Int64?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Whether to keep or drop events that are marked as invalid.", valueName: "keep|drop"))
  var invalidEvents = InvalidEventChoice.keep

  @Flag(name: .long, help: "Skip windows without events instead of writing frames of zeros.")
  var skipEmpty = false

  @Flag(
    name: .long,
    help: "Continue without missing recordings, label files, lists or folders.")
  var allowMissing = false

  @Option(
    name: .long,
    help: ArgumentHelp(
      "DVS128 Gesture: only these subjects, for example 1,2,24 (24 to 29 are the test subjects).",
      valueName: "N,..."),
    transform: SelectionArgument.subjects)
  var subject: Set<UInt8>?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "DVS128 Gesture: only these lighting conditions: fluorescent, fluorescent_led, lab, led, natural.",
      valueName: "name,..."),
    transform: SelectionArgument.lightings)
  var lighting: Set<String>?

  @Option(
    name: .customLong("class"),
    help: ArgumentHelp(
      "DVS128 Gesture: only these classes, for example arm_roll,air_drums; or numbers as in the label files (1 to 11: the cache's label plus 1).",
      valueName: "name,..."))
  var `class`: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Only part I of N of the recordings, I from 1, for 'dvsprep merge'; slurm takes both from the job array. With --json, a line for each recording.",
      valueName: "I/N|slurm"),
    transform: ShardArgument.shard)
  var shard: Shard?

  @OptionGroup var threads: ThreadOptions

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Zstandard compression level, from 1 (fast) to \(CacheSettings.compressionLevels.upperBound) (small).",
      valueName: "N"))
  var level = CacheSettings.defaultCompressionLevel

  @Flag(name: .long, help: "Read and validate everything, but write nothing.")
  var dryRun = false

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
    if let output, let name = FilePath(output).extension?.lowercased(),
      ["npz", "npy", "zarr", "zip", "mat"].contains(name)
    {
      throw ValidationError("-o: a cache is an HDF5 file, as FILE.h5; '\(output)' found")
    }
    if let kind = try? dataSet.kind(at: FilePath(input)) {
      try dataSet.requireFit(kind)
      if kind != .gesture
        && (subject != nil || lighting != nil || `class` != nil)
      {
        throw ValidationError(
          "--subject, --lighting, --class: for --dataset dvs128-gesture only; this is \(kind.rawValue)"
        )
      }
    }
    _ = try gestures
    if let shard, shard != .whole && output == nil {
      throw ValidationError("--shard: -o FILE expected, a file of its own for each part")
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

  /// The classes to convert, which only DVS128 Gesture has; `nil` for all.
  private var gestures: Set<Gesture>? {
    get throws {
      do { return try `class`.map(SelectionArgument.gestures) } catch let error as ValidationError {
        throw ValidationError("--class: \(error.message)")
      }
    }
  }

  private func request(_ conversionMessages: ConversionMessages) throws -> any DataSetRequest {
    let path = FilePath(input)
    guard try dataSet.kind(at: path) == .gesture else {
      return try dataSet.request(
        at: path, allowsMissing: allowMissing, onSensor: conversionMessages.note)
    }
    return GestureDataSetRequest(
      path,
      selection: DataSetSelection(
        subjects: subject, lightings: lighting, gestures: try gestures),
      allowsMissing: allowMissing)
  }

  private func options(_ conversionMessages: ConversionMessages) throws -> ConversionOptions {
    var options = ConversionOptions(try request(conversionMessages))
    options.output = output.map { FilePath($0) }
    let count = frameCount ?? 16
    options.split =
      duration.map { .duration(microseconds: $0) }
      ?? (splitBy == .time ? .time(frameCount: count) : .number(frameCount: count))
    options.invalidEvents = invalidEvents.policy
    options.skipsEmptyWindows = skipEmpty
    options.preprocessing = preprocessing.request
    options.shard = shard ?? .whole
    options.compressionLevel = level
    options.threadCount = threads.threadCount
    options.replacesExisting = force
    options.isDryRun = dryRun
    return options
  }

  func run() throws {
    let messages = outputOptions.messages
    let conversionMessages = ConversionMessages(messages)
    try runWork(messages) { observer in
      let options = try options(conversionMessages)
      let canonical = options.dataSet.selectionText
      let selection = DataSetSelection(canonical)?.text ?? canonical
      conversionMessages.announce(
        "\(input) -> \(options.destination)\(dryRun ? " (dry run)" : ""): \(splitText(options.split)), "
          + "\(selection == "all" ? "" : "\(selection), ")\(shardText)"
          + "\(preprocessing.isEmpty ? "" : "events preprocessed, ")invalid "
          + "events \(invalidEvents.rawValue), zstd level \(level), "
          + counted(threads.threadCount, "thread"))
      let report = try convert(options, conversionMessages, observer)
      messages.clearProgress()
      if outputOptions.json {
        if shard != nil {
          for recording in report.recordings {
            try printJSON(RecordingJSON(recording, of: options.shard))
          }
        }
        try printJSON(ConversionJSON(report, input: input))
      } else {
        printText(report.summaryText)
      }
    }
  }

  private var shardText: String {
    guard let shard, shard != .whole else { return "" }
    return "shard \(shard), "
  }

  private func convert(
    _ options: ConversionOptions, _ messages: ConversionMessages, _ observer: WorkObserver
  ) throws -> ConversionReport {
    let conversion = Conversion(
      options,
      observer: WorkObserver(
        onProgress: { progress in
          if progress.stage != .scan { messages.start() }
          observer.onProgress(progress)
        }, isCancelled: observer.isCancelled),
      onWarning: { messages.warn($0.description) })
    do throws(FrameCacheError) {
      let report = try conversion.run()
      messages.start()
      return report
    } catch {
      messages.discardAnnouncement()
      throw messages.explained(named(error, options.destination))
    }
  }

  /// The error, with a hint where the default folder of the cache cannot be written to.
  private func named(_ error: FrameCacheError, _ destination: FilePath) -> FrameCacheError {
    guard output == nil, error.code == .file, error.path == destination.parentDirectory else {
      return error
    }
    return FrameCacheError(
      error.code, error.path, error.location, "\(error.detail): -o FILE writes the cache elsewhere",
      cause: error.cause)
  }

  private func splitText(_ split: FrameSplit) -> String {
    switch split {
    case .number(let count): "T \(count) by number"
    case .time(let count): "T \(count) by time"
    case .duration(let microseconds): "frames of \(microseconds) µs"
    }
  }
}

extension ConversionReport {
  /// The result as text of a few lines.
  var summaryText: String {
    let train = sampleCounts[.train] ?? 0
    let test = sampleCounts[.test] ?? 0
    let samples = "\(train) training and \(test) test samples, T \(frameCount)"
    let speed =
      "\(countText(Double(eventCount), "events")) read, "
      + "\(countText(Double(sampledEventCount), "events")) in samples, "
      + "\(durationText(seconds: elapsedSeconds)), "
      + "\(countText(Double(eventCount) / elapsedSeconds, "events"))/s"
    switch outcome {
    case .upToDate:
      return "\(destination.plain): up to date: \(samples)\(shardText)"
    case .dryRun:
      return "\(destination.plain): would contain \(samples)\(shardText)\n\(speed)"
    case .written:
      let plain = Double(
        (train + test) * sampleCellCount * (elementType?.byteCount ?? 1))
      return "\(destination.plain): \(samples)\(shardText), \(elementType?.name ?? ""), "
        + "\(byteCountText(Double(cacheByteCount))) "
        + "(1/\(decimalText(plain / Double(max(1, cacheByteCount)), digits: 1)) of the uncompressed frames)\n"
        + speed
    }
  }

  /// Which part of the data set it is; empty for a whole cache.
  private var shardText: String {
    guard settings.shard != .whole else { return "" }
    return ", shard \(settings.shard) with \(counted(recordings.count, "recording"))"
  }
}
