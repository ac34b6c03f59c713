public import ArgumentParser
public import ClassFolders

extension LabelOptions.TimeOrigin: ExpressibleByArgument {}

/// How a table of labels, or folders of classes without a split, become a data set.
struct LabelArguments: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "What the times of a table of labels count from: the recording's clock, as in its events, or its first event. (default: clock)",
      valueName: "clock|start"))
  var timesFrom: LabelOptions.TimeOrigin?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Make this fraction of the recordings training samples, where the table has no column split or folders are CLASS/*; the same on every machine.",
      valueName: "0.8"))
  var trainFraction: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "With --train-fraction: keep samples with the same value of this column together, for example subject. Default: those of a recording.",
      valueName: "column"))
  var groupBy: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "With --train-fraction: another number gives another division. (default: 0)", valueName: "N"))
  var splitSeed: UInt32?

  func validate() throws {
    if let trainFraction, SplitFraction(trainFraction) == nil {
      throw ValidationError(
        "--train-fraction: a number from 0.001 to 0.999, as in 0.8, expected, '\(trainFraction)' found"
      )
    }
    if trainFraction == nil && (groupBy != nil || splitSeed != nil) {
      throw ValidationError("--group-by, --split-seed: with --train-fraction only")
    }
  }

  /// The name of the first option that is given.
  var firstName: String? {
    timesFrom != nil ? "--times-from" : trainFraction != nil ? "--train-fraction" : nil
  }

  /// The options as the data set takes them.
  var options: LabelOptions {
    LabelOptions(
      timeOrigin: timesFrom ?? .clock,
      split: trainFraction.flatMap { SplitFraction($0, by: groupBy, seed: splitSeed ?? 0) })
  }
}
