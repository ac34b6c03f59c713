import ArgumentParser

/// `-b`.
struct BatchOption: ParsableArguments {
  @Option(
    name: OptionName.batchSize.name, parsing: .unconditional,
    help: ArgumentHelp(
      "Batch size: samples per batch, of all ranks together where several train.", valueName: "N"))
  var size = 16

  func validate() throws { try OptionName.batchSize.expect(1...65_535, size, "samples") }
}
