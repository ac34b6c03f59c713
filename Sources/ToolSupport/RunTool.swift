internal import AddressSpace
package import ArgumentParser
internal import Glibc
internal import Terminal

/// Parses arguments and runs the command that they name; reports wrong usage in one line, with exit
/// code 64.
///
/// - Parameters:
///   - tool: The tool.
///   - arguments: The arguments without the tool's name; `nil` for those of the process.
///   - report: Writes what is wrong by its second argument, unless another process does.
package func runTool<Command: ParsableCommand>(
  _ tool: Command.Type, _ arguments: [String]? = nil,
  reportingBy report: (String, (String) -> Void) -> Void = { line, write in write(line) }
) {
  AddressSpace.prepareThreads()
  // In a function of its own: what is alive when `exit` is called is never freed.
  guard isWrongUsage(tool, arguments, report) else { return }
  Glibc.exit(ExitCode.validationFailure.rawValue)
}

/// Runs the command that the arguments name, or reports what is wrong with them.
@inline(never)
private func isWrongUsage<Command: ParsableCommand>(
  _ tool: Command.Type, _ arguments: [String]?, _ report: (String, (String) -> Void) -> Void
) -> Bool {
  let name = tool.configuration.commandName ?? "\(tool)"
  let messages = Messages(toolName: name, isQuiet: false)
  if let defect = ProcessArguments.defect {
    report(defect, messages.fail)
    return true
  }
  let arguments = withLongHelp(arguments ?? Array(ProcessArguments.all.dropFirst()))
  if let script = CompletionScript(of: tool, askedForBy: arguments) {
    print(script.text)
    return false
  }
  let help: String
  let message: String
  if let word = arguments.first, isUnknownCommand(word, of: tool) {
    (message, help) = (CommandNames.problem(word, of: name), "\(name) --help")
  } else {
    guard let problem = usageError(tool, arguments) else { return false }
    // An exit code alone: another process has told what is wrong.
    if problem.isEmpty { return true }
    let command = subcommandName(tool, arguments).map { " \($0)" } ?? ""
    let commandHelp = helpText(tool, arguments)
    // The parser may take the value of an unknown option for an argument too many, or the end of
    // its name for a value.
    let unknown =
      foreignOption(in: arguments, help: commandHelp)
      ?? unknownOption(in: arguments, help: commandHelp)
    (message, help) = (unknown ?? problem, "\(name)\(command) --help")
  }
  report("\(message); see '\(help)'", messages.fail)
  return true
}

/// Whether a first argument is a word, but not a command; the tools take words only after one.
private func isUnknownCommand<Command: ParsableCommand>(_ word: String, of tool: Command.Type)
  -> Bool
{
  let names = tool.configuration.subcommands.map { $0.configuration.commandName }
  return !word.isEmpty && !word.hasPrefix("-") && word != "help" && !names.contains(word)
}

/// The arguments with `--help` instead of `-h`.
///
/// The parser would look for the letter of `-h` in every mistyped option, as in `-channles`, and
/// answer it with help and exit code 0; so the tools declare `--help` only.
package func withLongHelp(_ arguments: [String]) -> [String] {
  let end = arguments.firstIndex(of: "--") ?? arguments.count
  return arguments[..<end].map { $0 == "-h" ? "--help" : $0 } + arguments[end...]
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

/// The help of the subcommand that documents the arguments.
private func helpText<Command: ParsableCommand>(
  _ tool: Command.Type, _ arguments: [String]
) -> String {
  let name = subcommandName(tool, arguments)
  let command = tool.configuration.subcommands.first { $0.configuration.commandName == name }
  return tool.helpMessage(for: command ?? tool, includeHidden: true)
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
