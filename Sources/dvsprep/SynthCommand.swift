import ArgumentParser
import GestureSynthesis
import SystemPackage
import Terminal
internal import Threads
import ToolSupport

/// `dvsprep synth`.
struct SynthCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "synth",
    abstract: "Generate a synthetic data set with the layout and names of DvsGesture.",
    discussion: """
      Writes DIR/DvsGesture/ with recordings, label files and lists. The same options give \
      the same bytes on every machine.

      EXAMPLES
        dvsprep synth /tmp/demo
        dvsprep synth /tmp/large --train 98 --test 24 --events 4000000
      """)

  @Argument(
    help: ArgumentHelp("The folder in which DvsGesture/ is created.", valueName: "dir"),
    completion: .directory)
  var folder: String

  @Option(name: .long, help: ArgumentHelp("Training recordings, 0 to 98.", valueName: "N"))
  var train = 6

  @Option(name: .long, help: ArgumentHelp("Test recordings, 0 to 24.", valueName: "N"))
  var test = 2

  @Option(name: .long, help: ArgumentHelp("Events in each recording.", valueName: "N"))
  var events = 400_000

  @Option(name: .long, help: ArgumentHelp("Seed of the random numbers.", valueName: "N"))
  var seed: UInt64 = 1

  @OptionGroup var threads: ThreadOptions

  @Flag(name: .long, help: "Replace an existing DvsGesture/ and everything in it.")
  var force = false

  @OptionGroup var outputOptions: OutputOptions

  func validate() throws {
    _ = try plan
    guard !folder.isEmpty else { throw ValidationError("dir: the name of a folder expected") }
    guard train + test > 0 else {
      throw ValidationError("--train, --test: at least one recording expected")
    }
    guard (0...100_000_000).contains(events) else {
      throw ValidationError("--events: 0 to 100000000 expected, \(events) found")
    }
  }

  private var plan: SyntheticTrialPlan {
    get throws {
      do throws(SyntheticTrialPlanError) {
        return try SyntheticTrialPlan(trainCount: train, testCount: test)
      } catch {
        throw ValidationError(
          "--\(error.split.rawValue): 0 to \(error.availableCount) recordings expected, "
            + "\(error.requestedCount) found")
      }
    }
  }

  func run() throws {
    let messages = outputOptions.messages
    let dataSet = SyntheticDataSet(plan: try plan, eventCount: events, seed: seed)
    let recordingCount = train + test
    try runWork(messages) { observer in
      messages.note(
        "\(folder)/DvsGesture: \(counted(recordingCount, "recording")) of \(events) events, seed \(seed), "
          + counted(threads.threadCount, "thread"))
      let path = try dataSet.write(
        to: FilePath(folder), replacing: force, threadCount: threads.threadCount,
        onRecording: { count in
          observer.onProgress(
            WorkProgress(
              stage: .synth, completedCount: count, totalCount: recordingCount))
        }, isCancelled: observer.isCancelled)
      messages.clearProgress()
      if outputOptions.json {
        try printJSON(
          SynthesisJSON(
            path: path.string, recordings: recordingCount, events: recordingCount * events,
            seed: seed))
      } else {
        printText(
          "\(path.plain): \(train) training and \(test) test recordings of \(events) events")
      }
    }
  }
}

/// What `dvsprep synth --json` writes.
private struct SynthesisJSON: Encodable {
  let command = "synth"
  let path: String
  let recordings: Int
  let events: Int
  let seed: UInt64
}
