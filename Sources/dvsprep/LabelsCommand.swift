import ArgumentParser
import ClassFolders
internal import EventData
import FileAccess
import SystemPackage
import Terminal
internal import Threads
import ToolSupport

/// `dvsprep labels`.
struct LabelsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "labels",
    abstract: "Write a table of labels to fill in, for your own recordings.",
    discussion: """
      The table is CSV, with a line for each recording: file, start_us and end_us (the times of \
      its events, in the recording's clock), label and split, which are empty. Fill in the labels, and train or test. \
      Copy a line to take several parts of a recording, leave a line out, or add columns, such as \
      subject. 'dvsprep convert' takes the table, or its folder if it is named labels.csv.

      EXAMPLES
        dvsprep labels recordings -o recordings/labels.csv
        dvsprep labels alice_1.aedat4 bob_1.raw
      """)

  @Argument(help: "Recordings, and folders of recordings.", completion: .file())
  var recordings: [String]

  @Option(
    name: [.short, .long],
    help: ArgumentHelp(
      "The table; its paths start at its folder. Default: standard output.", valueName: "file"),
    completion: .file())
  var output: String?

  @Flag(name: .long, help: "Replace any existing file of the table's name.")
  var force = false

  @Flag(name: .long, help: "Write no progress.")
  var quiet = false

  func validate() throws {
    if recordings.isEmpty { throw ValidationError("at least one recording or folder expected") }
  }

  func run() throws {
    let messages = Messages(toolName: "dvsprep", isQuiet: quiet)
    try runWork(messages) { observer in
      let paths = recordings.map { FilePath($0) }
      let file = try output.map { try OutputFile(FilePath($0), inputs: paths, force: force) }
      let draft = try LabelTableDraft(of: paths)
      let text = try draft.text(in: file?.path.parentDirectory ?? ".", observer: observer)
      messages.clearProgress()
      for warning in draft.warnings { messages.warn(warning.description) }
      guard let file else {
        print(text, terminator: "")
        return
      }
      try file.write(Array(text.utf8))
      let count = draft.recordings.count
      printText(
        "\(file.path.plain): \(count) \(count == 1 ? "recording" : "recordings"): fill in label and split"
      )
    }
  }
}
