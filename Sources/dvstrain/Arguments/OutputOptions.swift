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

/// An amount of things or a rate of them: with a digit behind the point only where that says more.
func amountText(_ amount: Double, _ things: String) -> String {
  "\(decimalText(amount, digits: amount < 100 && amount != amount.rounded() ? 1 : 0)) \(things)"
}
