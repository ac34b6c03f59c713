public import ArgumentParser
internal import Glibc
internal import Terminal

/// Parses arguments and runs the command that they name; wrong usage is told in one line, with exit code 64.
///
/// - Parameter arguments: Without the tool's name; `nil` for those of the process.
public func runTool<Command: ParsableCommand>(_ tool: Command.Type, _ arguments: [String]? = nil) {
  do {
    var command = try tool.parseAsRoot(arguments)
    try command.run()
  } catch  where tool.exitCode(for: error) == .validationFailure {
    let name = tool.configuration.commandName ?? "\(tool)"
    var message = tool.message(for: error).split(separator: "\n").joined(separator: " ")
    if message.hasSuffix(".") { message.removeLast() }
    Messages(toolName: name, isQuiet: false).fail("\(message); '\(name) --help' says more")
    Glibc.exit(ExitCode.validationFailure.rawValue)
  } catch {
    tool.exit(withError: error)
  }
}
