extension RunHistory {
  /// The machines that computed the epochs, with ranges of epochs if they differ; `nil` if no epoch
  /// records one, as in files of 0.1.0.
  var machinesText: String? {
    var parts: [(machine: RunMachine, epochs: ClosedRange<Int>)] = []
    for epoch in epochs {
      guard let machine = epoch.machine else { continue }
      if let last = parts.last, last.machine == machine, last.epochs.upperBound + 1 == epoch.epoch {
        parts[parts.count - 1].epochs = last.epochs.lowerBound...epoch.epoch
      } else {
        parts.append((machine, epoch.epoch...epoch.epoch))
      }
    }
    guard let first = parts.first else { return nil }
    if first.epochs.count == epochs.count { return first.machine.text }
    return parts.map { part in
      let (from, to) = (part.epochs.lowerBound, part.epochs.upperBound)
      return (from == to ? "epoch \(from): " : "epochs \(from) to \(to): ") + part.machine.text
    }.joined(separator: "; ")
  }
}
