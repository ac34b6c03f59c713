import ArgumentParser

/// N.
struct BatchOption: ParsableArguments {
  @Option(
    name: DocumentOption.batchSize.name, parsing: .unconditional,
    help: ArgumentHelp("Samples of a batch.", valueName: "N"))
  var size = 16

  func validate() throws { try DocumentOption.batchSize.expect(1...65_535, size, "samples") }
}
