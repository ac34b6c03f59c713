import ArgumentParser
import Terminal

/// How a command talks.
struct OutputOptions: ParsableArguments {
  @Flag(name: .long, help: "Write only results, warnings and errors.")
  var quiet = false

  @Flag(name: .long, help: "Write results as JSON, one object per line.")
  var json = false

  var messages: Messages { Messages(toolName: "dvstrain", isQuiet: quiet) }
}
