import ArgumentParser
import Testing

@testable import dvsprep
@testable import dvstrain

/// Help is wrapped at 80 columns; a wrapped example could not be copied.
@Suite("Examples in help")
struct HelpExamplesTests {
  @Test("have at most 80 columns")
  func width() {
    for tool in [DVSPrep.self, DVSTrain.self] as [any ParsableCommand.Type] {
      let commands = [tool] + tool.configuration.subcommands
      #expect(commands.allSatisfy { !$0.configuration.shouldDisplay || !examples(of: $0).isEmpty })
      for line in commands.flatMap(examples(of:)) {
        #expect(line.count <= 80, "\(line)")
      }
    }
  }

  private func examples(of command: any ParsableCommand.Type) -> [Substring] {
    command.configuration.discussion.split(separator: "\n")
      .drop { $0 != "EXAMPLES" }.dropFirst()
      .prefix { $0.hasPrefix(" ") }
  }
}
