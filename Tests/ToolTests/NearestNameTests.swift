import ArgumentParser
import Testing
import ToolSupport

@testable import dvsprep
@testable import dvstrain

@Suite("Guesses of what was meant")
struct NearestNameTests {
  @Test(
    "one typing error in three letters is near",
    arguments: [
      ("trian", "train"), ("convertt", "convert"), ("Convert", "convert"), ("evl", "eval"),
      ("-epoch", "-epochs"), ("-lr-scheduler", "-lr_scheduler"), ("-bath_size", "-batch_size"),
      ("--fraems", "--frames"),
    ])
  func near(written: String, name: String) {
    #expect(nearestName(to: written, among: ["-lr", "-init", "other", name]) == name)
  }

  @Test("more is not", arguments: ["-dry", "-net", "-x", "", "-", "resume", "converter2000"])
  func far(written: String) {
    #expect(nearestName(to: written, among: ["-lr", "-init", "-neuron", "convert"]) == nil)
  }

  @Test("the parser's guess stays only if it is near")
  func guesses() {
    #expect(withNearGuess("Unknown option '-dry'. Did you mean '-lr'?") == "Unknown option '-dry'")
    for message in [
      "Unknown option '-epoch'. Did you mean '-epochs'?", "Unknown option '-x'", "it's", "",
      "Missing value for '-T <T>'",
    ] {
      #expect(withNearGuess(message) == message)
    }
  }

  @Test("the names of the commands are those that the tools have")
  func commandNames() {
    func shown(_ tool: any ParsableCommand.Type) -> Set<String> {
      let configurations = tool.configuration.subcommands.map { $0.configuration }
      return Set(configurations.filter(\.shouldDisplay).compactMap(\.commandName))
    }
    #expect(shown(DVSPrep.self) == Set(CommandNames.dvsprep))
    #expect(shown(DVSTrain.self) == Set(CommandNames.dvstrain))
  }

  @Test("-h is help, but not after --")
  func help() {
    #expect(withLongHelp(["eval", "-h", "--", "-h"]) == ["eval", "--help", "--", "-h"])
    #expect(withLongHelp([]).isEmpty)
  }
}
