import ArgumentParser
internal import EventData

/// `-split`: training or test samples.
struct SplitOption: ParsableArguments {
  @Option(
    name: OptionName.split.name,
    help: ArgumentHelp("The samples of the cache to use.", valueName: "train|test"))
  var split = DataSetSplit.test
}

extension DataSetSplit: NamedChoice {}
