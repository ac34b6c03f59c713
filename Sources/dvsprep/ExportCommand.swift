import ArgumentParser
import ClassFolders
internal import EventData
import FileAccess
import FrameCache
import FrameExchange
import SystemPackage
import Terminal
internal import Threads
import ToolSupport

/// `dvsprep export`.
struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write frames or events as files that other programs read.",
    discussion: """
      spikingjelly: frames_number_T_split_by_RULE/train/LABEL/SAMPLE.npz and test/…, in DIR, which \
      SpikingJelly's DVS128Gesture(DIR, data_type='frame', …) takes as already built. Files are \
      compressed, as SpikingJelly's; without compression they load faster.
      npy: the same folder with train/frames.npy [N, T, 2, H, W], labels.npy, names.npy and \
      frame_counts.npy, and test/…; numpy.load(…, mmap_mode='r') maps them. Samples with fewer \
      frames are padded with zeros.

      events: of recordings, events_np/train/LABEL/SAMPLE.npz and test/… with the arrays t, x, y \
      and p of each sample's events, which SpikingJelly's class takes, too. Of a data set, all samples; \
      of a cache, its own samples and the events that its frames count, at the frame's pixels: cropped, \
      filtered and turned as in its conversion. The recordings are those of --source.

      The folder appears when it is complete; other files in DIR stay.

      EXAMPLES
        dvsprep export cache.h5 --to spikingjelly DVS128Gesture
        dvsprep export cache.h5 --to npy arrays
        dvsprep export DvsGesture --to events DVS128Gesture
        dvsprep export mine --to events out --train-fraction 0.8
        dvsprep export mine/cache.h5 --to events out --source mine
      """)

  @Argument(
    help:
      "The cache, or the folder that contains it; for events, a data set as for convert, or a cache's file.",
    completion: .file())
  var input: String

  @Option(
    name: .long,
    help: ArgumentHelp("What to write.", valueName: "spikingjelly|npy|events"))
  var to: ExportTarget

  @Argument(help: "The folder in which the new folder appears.", completion: .directory)
  var folder: String

  @Flag(name: .long, help: "Store arrays in .npz files without compression.")
  var uncompressed = false

  @Option(
    name: .long,
    help: ArgumentHelp(
      "For the events of a cache: the data set from which it was converted. Default: the cache's folder.",
      valueName: "input"),
    completion: .file())
  var source: String?

  @OptionGroup var dataSet: DataSetArguments

  @Flag(
    name: .long,
    help: "For events: continue without missing recordings, label files, lists or folders.")
  var allowMissing = false

  @OptionGroup var threads: ThreadOptions

  @Flag(name: .long, help: "Replace any existing folder of the new one's name.")
  var force = false

  @OptionGroup var outputOptions: OutputOptions

  func validate() throws {
    guard !uncompressed || to != .npy else {
      throw ValidationError("--uncompressed: for .npz files only; .npy files are never compressed")
    }
    let eventOption =
      source != nil ? "--source" : dataSet.firstName ?? (allowMissing ? "--allow-missing" : nil)
    if let eventOption, to != .events {
      throw ValidationError("\(eventOption): for --to events only")
    }
    guard to == .events else { return }
    if isCache {
      if let name = dataSet.firstName ?? (allowMissing ? "--allow-missing" : nil) {
        throw ValidationError("\(name): for a data set only; of a cache, it is that of the cache")
      }
    } else if source != nil {
      throw ValidationError("--source: for a cache only; the recordings are those of \(input)")
    } else if let kind = try? dataSet.kind(at: FilePath(input)) {
      try dataSet.requireFit(kind)
    }
  }

  /// Whether the input is a file of a cache, and not a data set.
  private var isCache: Bool { (try? FileKind(at: FilePath(input))) == .hdf5 }

  func run() throws {
    let messages = outputOptions.messages
    try runWork(messages) { observer in
      let report = try export(observer)
      messages.clearProgress()
      for warning in report.warnings { messages.warn(plainText(warning)) }
      if outputOptions.json {
        try printJSON(ExportJSON(report, input: input, target: to))
      } else {
        printText(
          "\(report.destination.plain): \(counted(report.sampleCount, "sample")), "
            + byteCountText(Double(report.byteCount)))
      }
    }
  }
}

extension ExportCommand {
  private func export(_ observer: WorkObserver) throws -> ExportReport {
    let root = FilePath(folder)
    guard to == .events else {
      let cache = try FrameCache(named: input)
      try cache.requireWhole()
      return try FrameExport(
        cache, to: root,
        to == .npy ? .arrays : .spikingJelly(isCompressed: !uncompressed),
        replacesExisting: force, threadCount: threads.threadCount, observer: observer
      ).run()
    }
    let cache = isCache ? try FrameCache(opening: FilePath(input)) : nil
    return try EventExport(
      try recordings(of: cache, observer), of: cache, to: root, isCompressed: !uncompressed,
      replacesExisting: force, threadCount: threads.threadCount, observer: observer
    ).run()
  }

  /// The data set whose events are exported.
  private func recordings(
    of cache: FrameCache?, _ observer: WorkObserver
  ) throws -> any EventDataSet {
    guard let cache else {
      return try dataSet.request(at: FilePath(input), allowsMissing: allowMissing)
        .open(isCancelled: observer.isCancelled)
    }
    let folder = cache.path.parentDirectory
    let request = try DataSetKind.request(for: cache, at: source.map { FilePath($0) } ?? folder)
    do throws(DataSetError) { return try request.open(isCancelled: observer.isCancelled) } catch {
      guard source == nil, !error.isCancellation else { throw error }
      throw DataSetError(
        error.path, error.location, "\(error.detail): --source names the recordings of \(input)")
    }
  }
}

/// What `dvsprep export` writes.
enum ExportTarget: String, CaseIterable, ExpressibleByArgument {
  case spikingjelly, npy, events
}

/// What `dvsprep export --json` writes.
private struct ExportJSON: Encodable {
  let command = "export"
  let input: String
  let target: String
  let folder: String
  let samples: Int
  let bytes: Int

  init(_ report: ExportReport, input: String, target: ExportTarget) {
    self.input = input
    self.target = target.rawValue
    folder = report.destination.string
    samples = report.sampleCount
    bytes = report.byteCount
  }
}
