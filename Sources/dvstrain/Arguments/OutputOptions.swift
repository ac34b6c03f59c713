import ArgumentParser
import Terminal

/// What a command writes, and how.
struct OutputOptions: ParsableArguments {
  @Flag(name: .long, help: "Write only results, warnings and errors.")
  var quiet = false

  @Flag(name: .long, help: "Write results as JSON, one object per line.")
  var json = false

  var messages: Messages { Messages(toolName: "dvstrain", isQuiet: quiet) }
}

/// An amount or a rate with its unit; with one decimal where it is below 100 and not whole.
func amountText(_ amount: Double, _ things: String) -> String {
  "\(decimalText(amount, digits: amount < 100 && amount != amount.rounded() ? 1 : 0)) \(things)"
}
