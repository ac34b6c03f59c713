import ArgumentParser
internal import FileAccess
import SystemPackage
import Terminal
import ToolSupport
import Train

/// `dvstrain plot`.
struct PlotCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plot",
    abstract: "Draw the curves of several runs in one figure.",
    discussion: """
      A run is a folder with metrics.jsonl, as written by dvstrain; a folder of runs \
      means all of them. The legend shows the settings in which the runs differ. An .svg shows \
      one curve, an .html all curves and a table. Without -o, an earlier runs.svg of plot is \
      replaced.

      EXAMPLES
        dvstrain plot logs
        dvstrain plot logs/T_16_b_16_* --curve train_loss -o loss.svg
        dvstrain plot logs other/logs -o runs.html --force
      """)

  @Argument(
    help: ArgumentHelp("Run folders, or folders that contain them.", valueName: "dir"),
    completion: .directory)
  var folders: [String]

  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: ArgumentHelp(
      "The picture (.svg) or page (.html). (default: \(Self.defaultOutput))", valueName: "file"),
    completion: .file())
  var givenOutput: String?

  private static let defaultOutput = "runs.svg"

  private var output: String { givenOutput ?? Self.defaultOutput }

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The curve that an .svg shows: "
        + Curve.allCases.map(\.rawValue).joined(separator: ", ") + ".", valueName: "name"))
  var curve = Curve.testAccuracy

  @Flag(name: .long, help: "Replace an existing file.")
  var force = false

  @OptionGroup var outputOptions: OutputOptions

  /// Whether the default output is a picture of an earlier `plot`, as of a training that still
  /// runs.
  private var isOwnPicture: Bool {
    guard givenOutput == nil, let bytes = try? readSmallFile(FilePath(output)) else { return false }
    return RunComparison.isPicture(bytes)
  }

  private var isPage: Bool { FilePath(output).extension?.lowercased() == "html" }

  func validate() throws {
    guard isPage || FilePath(output).extension?.lowercased() == "svg" else {
      throw ValidationError("-o: a name that ends in .svg or .html expected, '\(output)' found")
    }
  }

  func run() throws {
    let messages = outputOptions.messages
    try runWork(messages) {
      let comparison = try RunComparison(of: folders.map { FilePath($0) })
      if !isPage { try comparison.requireValues(of: curve) }
      let file = try OutputFile(FilePath(output), inputs: [], force: force || isOwnPicture)
      try file.write(isPage ? comparison.page() : comparison.svg(curve))
      if outputOptions.json {
        for run in comparison.runs { try printJSON(JSON(run)) }
      } else {
        printText(tableText(comparison.rows.map { $0.map(plainText) }))
      }
      let what = isPage ? "all curves" : curve.title.lowercased()
      messages.note("\(output): \(what) of \(counted(comparison.runs.count, "run"))")
    }
  }

  private struct JSON: Encodable {
    let command = "plot"
    let folder: String
    let label: String
    let epochs: Int
    let maxTestAcc: Double?
    let maxEpoch: Int?
    let trainLoss: Double?
    let samplesPerSecond: Double?

    init(_ run: RunComparison.Run) {
      let best = run.best(.testAccuracy)
      folder = run.folder.string
      label = run.label
      epochs = run.history.epochs.count
      maxTestAcc = best.flatMap { best in
        run.history.epochs.first { $0.epoch == best.epoch }?.test?.accuracy
      }
      maxEpoch = best?.epoch
      trainLoss = run.history.epochs.last?.trainingLoss
      samplesPerSecond = run.history.epochs.last?.samplesPerSecond
    }
  }
}

extension Curve: NamedChoice {}
