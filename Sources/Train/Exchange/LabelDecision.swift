internal import SpikingNetwork
internal import SystemPackage

/// The order of the labels in a file of weights, and why it is that one.
struct LabelDecision {
  /// The order.
  let order: LabelOrder
  /// What to tell the user; `nil` if there is nothing to tell.
  let note: ForeignNote?

  /// Decides the order.
  ///
  /// - Parameters:
  ///   - declared: What the user says; `nil` if nothing.
  ///   - recorded: What the file says; `nil` if nothing.
  ///   - isOfSpikingJelly: Whether the file looks like one of a training by SpikingJelly's
  ///     examples.
  ///   - network: The network of the file.
  ///   - path: The file, for messages.
  /// - Throws: ``TrainError`` if the user contradicts the file, or the network has other classes.
  init(
    declared: LabelOrder?, recorded: LabelOrder?, isOfSpikingJelly: Bool,
    of network: NetworkDescription, _ path: FilePath
  ) throws(TrainError) {
    if let declared, let recorded, declared != recorded {
      throw TrainError(
        .checkpoint, path, "--labels",
        "the file has \(recorded.words), as it says itself: leave out --labels")
    }
    let isGesture = network.classCount == LabelOrder.labelsOfSpikingJelly.count
    let order =
      declared ?? recorded ?? (isOfSpikingJelly && isGesture ? .spikingJelly : .dataSet)
    if order == .spikingJelly, !isGesture {
      throw TrainError(
        .checkpoint, path, "--labels",
        "a network of \(LabelOrder.labelsOfSpikingJelly.count) classes expected, as DVS128 Gesture "
          + "has, one of \(network.classCount) found")
    }
    self.order = order
    if let recorded {
      note =
        recorded == .spikingJelly
        ? ForeignNote("\(path): \(order.words), as the file says: reordered") : nil
    } else if declared != nil {
      note = ForeignNote(
        "\(path): \(order.words), as --labels says"
          + (order == .spikingJelly ? ": reordered" : ""))
    } else if isGesture {
      let other: LabelOrder = order == .dataSet ? .spikingJelly : .dataSet
      note = ForeignNote(
        "\(path): the file does not say its labels: "
          + (order == .spikingJelly
            ? "as of a training by SpikingJelly's example, \(order.words) assumed, and reordered"
            : "\(order.words) assumed")
          + "; --labels \(other.rawValue) if it has \(other.words)", isAssumption: true)
    } else {
      note = nil
    }
  }
}

/// Something to tell the user about a file of another program.
package struct ForeignNote: Equatable, Sendable {
  /// The text, in one line.
  package let text: String
  /// Whether the text is about something assumed, of which the user should know in any case.
  package let isAssumption: Bool

  init(_ text: String, isAssumption: Bool = false) {
    self.text = text
    self.isAssumption = isAssumption
  }
}
