package import ArgumentParser
internal import Glibc
internal import Terminal

/// Parses arguments and runs the command that they name; wrong usage is told in one line, with exit
/// code 64.
///
/// - Parameter arguments: Without the tool's name; `nil` for those of the process.
package func runTool<Command: ParsableCommand>(_ tool: Command.Type, _ arguments: [String]? = nil) {
  guard let message = wrongUsage(tool, arguments) else { return }
  let name = tool.configuration.commandName ?? "\(tool)"
  let command = helpfulCommand(tool, arguments ?? Array(CommandLine.arguments.dropFirst()))
  let words = command.map { "\(name) \($0)" } ?? name
  Messages(toolName: name, isQuiet: false).fail("\(message); '\(words) --help' says more")
  // Not where the error is caught: it would still be in memory.
  Glibc.exit(ExitCode.validationFailure.rawValue)
}

/// The subcommand whose help tells of the arguments; `nil` where they name none.
private func helpfulCommand<Command: ParsableCommand>(
  _ tool: Command.Type, _ arguments: [String]
) -> String? {
  let configuration = tool.configuration
  let names = configuration.subcommands.map { $0.configuration.commandName }
  guard let first = arguments.first else { return nil }
  if names.contains(first) { return first }
  return configuration.defaultSubcommand?.configuration.commandName
}

/// Runs a command.
///
/// - Returns: What is wrong with the arguments; `nil` when the command was done.
private func wrongUsage<Command: ParsableCommand>(
  _ tool: Command.Type, _ arguments: [String]?
) -> String? {
  do {
    var command = try tool.parseAsRoot(arguments)
    try command.run()
    return nil
  } catch {
    guard tool.exitCode(for: error) == .validationFailure else { tool.exit(withError: error) }
    var message = tool.message(for: error).split(separator: "\n").joined(separator: " ")
    if message.hasSuffix(".") { message.removeLast() }
    return message
  }
}
