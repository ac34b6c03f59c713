package import EventData
internal import SpikingNetwork

/// Which class the output neurons of a network for DVS128 Gesture stand for.
package enum LabelOrder: String, CaseIterable, Sendable {
  /// Label i is class i + 1 of the data set, as in caches and checkpoints.
  case dataSet = "dataset"
  /// Label i is the i-th of the folders `0`, `1`, `10`, `2`, … of SpikingJelly's loader, which
  /// sorts them as text.
  case spikingJelly = "spikingjelly"

  /// Our label of each of SpikingJelly's.
  ///
  /// Source: SpikingJelly 2.0.0, `DVS128Gesture`; torchvision, `DatasetFolder`.
  package static let labelsOfSpikingJelly = (0..<NetworkDescription.gestureClassCount).sorted {
    String($0) < String($1)
  }

  /// What messages call the order, for gestures.
  package var words: String {
    switch self {
    case .dataSet: "the data set's labels (0 to 10: class 1 to 11)"
    case .spikingJelly:
      "SpikingJelly's labels (folders sorted as text: 0, 1, 10, 2, …)"
    }
  }

  /// What messages call the order, for any classes.
  package func words(for names: ClassNames) -> String {
    guard self == .dataSet, !names.areGestures else { return words }
    let last = names.count - 1
    return
      "the data set's labels (0 \(names.name(of: 0)) to \(last) \(names.name(of: last)))"
  }
}

extension NetworkState {
  /// Moves the output neurons, and what the optimizer knows of them, from or to SpikingJelly's
  /// order of labels.
  ///
  /// - Parameters:
  ///   - order: The order in which they are; the result has the other one.
  ///   - network: A network of 11 classes, which the state fits.
  func changingLabels(from order: LabelOrder, of network: NetworkDescription) -> NetworkState {
    let classCount = LabelOrder.labelsOfSpikingJelly.count
    precondition(network.classCount == classCount, "\(network.classCount) classes")
    guard let output = network.blocks.linears.last?.tensors else {
      preconditionFailure("a network without a linear layer")
    }
    func moved(_ values: [Float]) -> [Float] {
      let size = values.count / classCount
      var result = values
      for (theirs, ours) in LabelOrder.labelsOfSpikingJelly.enumerated() {
        let (from, to) = order == .spikingJelly ? (theirs, ours) : (ours, theirs)
        result.replaceSubrange(
          to * size..<(to + 1) * size, with: values[from * size..<(from + 1) * size])
      }
      return result
    }
    var result = self
    for index in [output.weight, output.bias].compactMap(\.self) {
      result.parameters[index] = moved(parameters[index])
      for (name, slot) in optimizerSlots {
        result.optimizerSlots[name]?[index] = moved(slot[index])
      }
    }
    return result
  }
}
