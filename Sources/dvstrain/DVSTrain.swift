import ArgumentParser
import Terminal
import Train

/// The tool, which so far only says what it will do.
@main
struct DVSTrain: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dvstrain",
    abstract: "Will train a spiking network from a frame cache; not built yet.")

  @Argument(parsing: .allUnrecognized, help: .hidden)
  var arguments: [String] = []

  func run() throws {
    Messages(toolName: "dvstrain", isQuiet: false).fail(TrainingPlan.notice)
    throw ExitCode(1)
  }
}
