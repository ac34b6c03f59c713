import ArgumentParser
internal import EventData
import Figures
import FileAccess
import FrameCache
import GestureDataSet
import RecordingView
import SystemPackage
import Terminal
internal import Threads
import ToolSupport

/// `dvsprep view`.
struct ViewCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "view",
    abstract: "Show a raw recording over time: event rates, label windows, frames.",
    discussion: """
      Label windows come from the file NAME_labels.csv beside the recording; without it they are not shown.

      Without --html and --png, some frames are drawn in the terminal: one for each label window, \
      or eight at equal distances.

      EXAMPLES
        dvsprep view DvsGesture/user01_led.aedat
        dvsprep view DvsGesture/user01_led.aedat --html user01_led.html
        dvsprep view DvsGesture/user01_led.aedat --png user01_led.png --light
      """)

  @Argument(help: "The recording, of any format that 'dvsprep info' reads.", completion: .file())
  var recording: String

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Write a self-contained page for browsing the recording.",
      valueName: "file"),
    completion: .file())
  var html: String?

  @Option(
    name: .long, help: ArgumentHelp("Write a picture as a PNG file.", valueName: "file"),
    completion: .file())
  var png: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "How to draw some frames in the terminal. By default, TERM, COLORTERM and NO_COLOR decide, and nothing is drawn with --html or --png.",
      valueName: "auto|truecolor|256|plain|none"))
  var draw = DrawChoice.auto

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Whether to keep or drop events that are marked as invalid.", valueName: "keep|drop"))
  var invalidEvents = InvalidEventChoice.keep

  @Flag(name: .long, help: "Dark events on a white background in the PNG file and the terminal.")
  var light = false

  @Flag(name: .long, help: "Replace existing files of these names.")
  var force = false

  @OptionGroup var outputOptions: OutputOptions

  func validate() throws {
    guard html != nil || png != nil || (colouring != nil && !outputOptions.json) else {
      throw ValidationError(
        "--html or --png expected, or a terminal or --draw to draw frames; 'dvsprep info' describes "
          + "a recording in words")
    }
    if outputOptions.json && draw != .auto { throw ValidationError("--draw: not with --json") }
    try PictureName.check(html, is: "html", "--html")
    try PictureName.check(png, is: "png", "--png")
    if let html, html == png {
      throw ValidationError("--html and --png: two files expected, \(html) found for both")
    }
  }

  /// How frames are drawn; `nil` to draw none.
  private var colouring: TerminalFrames.Colouring? {
    if draw == .auto && (html != nil || png != nil) { return nil }
    return draw.colouring
  }

  /// Maximum number of frames that are drawn of a recording without label windows.
  private static let drawnFrameCount = 8

  private func sheet(
    of overview: RecordingOverview, _ colouring: TerminalFrames.Colouring
  ) -> String {
    let shown = overview.captionedFrames(count: Self.drawnFrameCount)
    let layout = TerminalLayout(
      sheetOf: (overview.film[0].width, overview.film[0].height), frameCount: shown.count,
      columnCount: nil, terminalWidth: OutputTerminal.size.columnCount)
    return TerminalFrames(
      shown.map(\.frame), captions: shown.map(\.caption), layout, colours: light ? .light : .dark,
      colouring
    ).sheet
  }

  func run() throws {
    let messages = outputOptions.messages
    try runWork(messages) { observer in
      let path = FilePath(recording)
      func output(_ name: String?) throws -> OutputFile? {
        try name.map {
          try OutputFile(
            FilePath($0), inputs: [path, LabelWindow.path(besideRecording: path)], force: force)
        }
      }
      let (html, png) = (try output(html), try output(png))
      let overview = try overview(of: path, observer)
      messages.clearProgress()
      for warning in overview.warnings { messages.warn(warning.description) }
      var report = ViewReport(overview)
      let files = OutputFiles()
      if let html {
        let bytes = overview.page()
        try files.add(bytes, as: html)
        report.note(page: html.path, byteCount: bytes.count)
      }
      if let png {
        let sheet = RecordingSheet(overview, colours: light ? .light : .dark)
        let bytes = try sheet.raster().png()
        try files.add(bytes, as: png)
        report.note(sheet, in: png.path, byteCount: bytes.count)
      }
      try files.publish()
      guard !outputOptions.json else { return try report.printJSON() }
      printText(report.text)
      if let colouring { print("\n" + sheet(of: overview, colouring)) }
    }
  }

  private func overview(
    of path: FilePath, _ observer: WorkObserver
  ) throws -> RecordingOverview {
    if path.isDirectory { throw FileError(path, FileKind.folder.inPlace(of: "a recording")) }
    let total = 2 * Int(try FileIdentity(of: path).byteCount)
    var completed = 0
    return try RecordingOverview(
      of: path, invalidEvents: invalidEvents.policy,
      onProgress: { byteCount throws(DataSetError) in
        if observer.isCancelled() { throw .cancelled(path) }
        completed += byteCount
        observer.onProgress(
          WorkProgress(stage: .scan, completedCount: completed, totalCount: total))
      })
  }
}

/// The files that were written, as text and as JSON.
private struct ViewReport {
  private let overview: RecordingOverview
  private var lines: [String] = []
  private var page: JSON.Page?
  private var sheet: JSON.Sheet?

  init(_ overview: RecordingOverview) { self.overview = overview }

  mutating func note(page path: FilePath, byteCount: Int) {
    page = JSON.Page(file: path.string, bytes: byteCount)
    lines.append(
      "\(path.plain): \(counted(overview.film.count, "frame")), \(windowText), "
        + byteCountText(Double(byteCount)))
  }

  mutating func note(_ sheet: RecordingSheet, in path: FilePath, byteCount: Int) {
    self.sheet = JSON.Sheet(
      file: path.string, bytes: byteCount, width: sheet.width, height: sheet.height)
    lines.append(
      "\(path.plain): \(windowText), \(sheet.width) × \(sheet.height) pixels, "
        + byteCountText(Double(byteCount)))
  }

  private var windowText: String {
    overview.windows.map { counted($0.count, "label window") } ?? "no label file"
  }

  var text: String {
    if !lines.isEmpty { return lines.joined(separator: "\n") }
    return "\(overview.path.plain): \(counted(overview.eventCount, "event")) in "
      + "\(decimalText(overview.lengthSeconds, digits: 3)) s, \(windowText)"
  }

  func printJSON() throws {
    try ToolSupport.printJSON(
      JSON(
        recording: overview.path.string, seconds: overview.lengthSeconds,
        events: overview.eventCount, windows: overview.windows?.count, html: page, png: sheet))
  }

  private struct JSON: Encodable {
    struct Page: Encodable {
      let file: String
      let bytes: Int
    }

    struct Sheet: Encodable {
      let file: String
      let bytes: Int
      let width: Int
      let height: Int
    }

    let command = "view"
    let recording: String
    let seconds: Double
    let events: Int
    let windows: Int?
    let html: Page?
    let png: Sheet?
  }
}
