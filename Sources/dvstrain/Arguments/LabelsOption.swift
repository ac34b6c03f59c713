import ArgumentParser
import Terminal
import Train

/// `--labels` of a file that is read.
struct LabelsOption: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Which labels a file of another program has: dataset (0 is class 1), or spikingjelly (those of its loader, which sorts 0, 1, 10, 2 as text). (default: what the file says)",
      valueName: "dataset|spikingjelly"))
  var labels: LabelOrder?
}

extension LabelOrder: NamedChoice {}

extension Messages {
  /// Writes what there is to say about a file of another program: assumptions even if quiet.
  func tell(_ note: ForeignNote) {
    if note.isAssumption { warn(note.text) } else { self.note(note.text) }
  }
}
