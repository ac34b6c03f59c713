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
      and p of each sample's events, which SpikingJelly's class takes, too.

      The folder appears when it is complete; other files in DIR stay.

      EXAMPLES
        dvsprep export cache.h5 --to spikingjelly DVS128Gesture
        dvsprep export cache.h5 --to npy arrays
        dvsprep export DvsGesture --to events DVS128Gesture
      """)

  @Argument(
    help: "The cache, or the folder that contains it; for events, a data set as for convert.",
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

  @OptionGroup var threads: ThreadOptions

  @Flag(name: .long, help: "Replace any existing folder of the new one's name.")
  var force = false

  @OptionGroup var outputOptions: OutputOptions

  func validate() throws {
    guard !uncompressed || to != .npy else {
      throw ValidationError("--uncompressed: for .npz files only; .npy files are never compressed")
    }
  }

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
    let path = FilePath(input)
    let request = try DataSetKind.recognised(at: path).request(at: path, allowsMissing: false)
    return try EventExport(
      request, to: root, isCompressed: !uncompressed, invalidEvents: .keep,
      replacesExisting: force, threadCount: threads.threadCount, observer: observer
    ).run()
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
