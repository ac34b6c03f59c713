import ArgumentParser
internal import EventData

/// Which part of the data set.
struct SplitOption: ParsableArguments {
  @Option(
    name: OptionName.split.name,
    help: ArgumentHelp("The samples of the cache to use.", valueName: "train|test"))
  var split = DataSetSplit.test
}

extension DataSetSplit: NamedChoice {}
