import ArgumentParser
internal import EventData

/// Which part of the data set.
struct SplitOption: ParsableArguments {
  @Option(
    name: OptionName.split.name,
    help: ArgumentHelp("Which samples of the cache.", valueName: "train|test"))
  var split = DataSetSplit.test
}

extension DataSetSplit: NamedChoice {}
