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

  @Test("a word is an unknown option if it is neither an option nor a value")
  func unknownOptions() {
    let help = "OPTIONS:\n  -b <N>  Batch.\n  -lr <X>  Rate.\n  -o, --output <file>  File.\n"
    for (arguments, message) in [
      (["-b", "4", "-lr", "-1", "-b16", "--output=a", "-", "a", "-.5", "-5,0,64", "-inf"], nil),
      (["-o", "a", "--", "-x"], nil), (["-dry"], "Unknown option '-dry'"),
      (["a", "-backend", "cupy"], "Unknown option '-backend'"),
      (["-b", "4", "-sync-bn"], "Unknown option '-sync-bn'"),
      (["--ouptut", "a"], "Unknown option '--ouptut'. Did you mean '--output'?"),
      (["--outputs=a"], "Unknown option '--outputs'. Did you mean '--output'?"),
    ] as [([String], String?)] {
      #expect(unknownOption(in: arguments, help: help) == message)
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
