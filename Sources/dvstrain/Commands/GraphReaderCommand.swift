import ArgumentParser
import SystemPackage
import Terminal
import Threads
import ToolSupport
import Train

/// `dvstrain graph-reader`: the process that reads graphs for other commands.
struct GraphReaderCommand: ParsableCommand {
  static let name = "graph-reader"
  static let configuration = CommandConfiguration(
    commandName: name, abstract: "Read a graph for another command.", shouldDisplay: false)

  @Argument(help: "The file.")
  var file: String

  @Option(name: .long, help: "The time step, in seconds.")
  var dt: Double?

  @OptionGroup var labels: LabelsOption

  @OptionGroup var limits: ReadingLimitOptions

  func run() throws {
    throw ExitCode(
      NIRReading.readerMain(
        FilePath(file), timeStep: dt, labels: labels.labels, memory: limits.memory,
        seconds: limits.seconds))
  }
}

extension NIRReading {
  /// Reading by ``GraphReaderCommand``, which a signal to this process ends.
  ///
  /// - Parameter timeStep: The time step in seconds; `nil` for what the graph says.
  static func byThisProgram(timeStep: Double? = nil) -> NIRReading {
    NIRReading(
      reader: ["/proc/self/exe", GraphReaderCommand.name], timeStep: timeStep,
      observer: WorkObserver(isCancelled: { InterruptSignals.isPending }))
  }
}
