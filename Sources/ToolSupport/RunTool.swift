package import ArgumentParser
internal import Glibc
internal import Terminal

/// Parses arguments and runs the command that they name; reports wrong usage in one line, with exit
/// code 64.
///
/// - Parameter arguments: The arguments without the tool's name; `nil` for those of the process.
package func runTool<Command: ParsableCommand>(_ tool: Command.Type, _ arguments: [String]? = nil) {
  let name = tool.configuration.commandName ?? "\(tool)"
  if let defect = ProcessArguments.defect {
    Messages(toolName: name, isQuiet: false).fail(defect)
    Glibc.exit(ExitCode.validationFailure.rawValue)
  }
  let words = arguments ?? Array(ProcessArguments.all.dropFirst())
  if let script = CompletionScript(of: tool, askedForBy: words) { return print(script.text) }
  guard let message = usageError(tool, words) else { return }
  let command = subcommandName(tool, words)
  let page = command.map { "\(name) \($0)" } ?? name
  Messages(toolName: name, isQuiet: false).fail("\(message); see '\(page) --help'")
  // Not in `usageError`, where the error that was caught would not be freed before the exit.
  Glibc.exit(ExitCode.validationFailure.rawValue)
}

/// The subcommand whose help documents the arguments; `nil` where there is none.
private func subcommandName<Command: ParsableCommand>(
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
/// - Returns: What is wrong with the arguments; `nil` when the command has succeeded.
private func usageError<Command: ParsableCommand>(
  _ tool: Command.Type, _ arguments: [String]
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
