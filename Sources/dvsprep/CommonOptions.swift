import ArgumentParser
import FileAccess
import Terminal
import Threads
import ToolSupport

/// What a command writes, and how.
struct OutputOptions: ParsableArguments {
  @Flag(name: .long, help: "Write only results, warnings and errors.")
  var quiet = false

  @Flag(name: .long, help: "Write results as JSON, one object per line.")
  var json = false

  var messages: Messages { Messages(toolName: "dvsprep", isQuiet: quiet) }
}

/// Number of threads.
struct ThreadOptions: ParsableArguments {
  @Option(
    name: [.customShort("j", allowingJoined: true), .customLong("threads")],
    parsing: .unconditional,
    help: ArgumentHelp("Number of threads.", valueName: "N"))
  var threadCount = availableProcessorCount

  func validate() throws {
    guard (1...1024).contains(threadCount) else {
      throw ValidationError("-j: 1 to 1024 threads expected, \(threadCount) found")
    }
  }
}

/// Runs a command's work with progress reports: turns signals into a request to stop, and errors
/// into one line and an exit code.
func runWork(_ messages: Messages, _ body: (WorkObserver) throws -> Void) throws {
  let reporter = ProgressReporter(messages)
  let observer = WorkObserver(
    onProgress: { progress in
      reporter.report(
        stage: progress.stage.rawValue, completed: progress.completedCount,
        total: progress.totalCount
      ) { amount in
        progress.unit == "bytes" ? byteCountText(amount) : countText(amount, progress.unit)
      }
    },
    isCancelled: { InterruptSignals.isPending })
  try ToolSupport.runWork(messages) { try body(observer) }
}
