internal import SpikingNetwork

extension NetworkDescription {
  /// The network of the PLIF paper's family for 128×128 pixels that has tensors of these shapes;
  /// `nil` if none does.
  ///
  /// Names do not matter: weights of convolutions have four axes and those of linear layers two.
  /// Biases of linear layers belong to the network if any of them is not 0, or is trained. What
  /// tensors do not show is that of SpikingJelly's tutorial: the neurons, pooling by maximum, ten
  /// neurons that vote for each class.
  ///
  /// - Parameters:
  ///   - state: All tensors.
  ///   - slots: The tensors of an optimizer that trains the network, by ``NetworkState``'s names.
  init?(shapesOf state: StateDict, slots: StateDict) {
    let tensors = state.tensors.filter { !$0.name.hasPrefix(NetworkState.optimizerPrefix) }
    let convolutions = tensors.map(\.shape).filter { $0.count == 4 }
    let weights = tensors.filter { $0.shape.count == 2 }
    let linears = weights.map(\.shape)
    let hasBias = state.haveBiases(weights, slots: slots)
    let side = Self.gestureInput.width
    guard let channelCount = convolutions.first?[0], (1...65_535).contains(channelCount),
      (1...6).contains(convolutions.count), convolutions[0] == [channelCount, 2, 3, 3],
      convolutions.dropFirst().allSatisfy({ $0 == [channelCount, channelCount, 3, 3] }),
      linears.count == 2, let hidden = linears[0].first, let outputs = linears[1].first,
      linears[0][1] == channelCount * (side >> convolutions.count) * (side >> convolutions.count),
      (1...65_535 * 16).contains(hidden), linears[1][1] == hidden, outputs.isMultiple(of: 10),
      (10...655_350).contains(outputs)
    else { return nil }
    let block: [Layer] = [
      .convolution(channelCount: channelCount), .batchNorm, .neurons, .pooling(.maximum),
    ]
    let layers =
      convolutions.flatMap { _ in block } + [
        .flatten, .dropout, .linear(outputCount: hidden, hasBias: hasBias[0]), .neurons, .dropout,
        .linear(outputCount: outputs, hasBias: hasBias[1]), .neurons, .vote(neuronsPerClass: 10),
      ]
    let learnsTau = state.tensors.contains { $0.shape.isEmpty && $0.name.hasSuffix(".w") }
    let neuron = NeuronDescription(
      membrane: learnsTau ? .learned(initialTau: 2) : .fixed(tau: 2))
    do throws(NetworkDefect) {
      try self.init(
        input: Self.gestureInput, classCount: outputs / 10, layers: layers, neuron: neuron)
    } catch { return nil }
  }
}

extension StateDict {
  /// Whether each of these weights of linear layers has biases beside it that are not all 0 or that
  /// an optimizer trains; none has if that is so for none.
  fileprivate func haveBiases(_ weights: [StateTensor], slots: StateDict) -> [Bool] {
    let trained = Set(
      slots.tensors.map { $0.name.split(separator: "/", maxSplits: 2).last.map(String.init) ?? "" })
    var (isPresent, isUsed) = ([Bool](), false)
    for weight in weights {
      let bias =
        weight.name.hasSuffix(".weight")
        ? self[weight.name.dropLast("weight".count) + "bias"] : nil
      isPresent.append(bias != nil)
      guard let bias else { continue }
      var isZero = false
      if case .floats(let values) = bias.elements { isZero = values.allSatisfy { $0 == 0 } }
      if !isZero || trained.contains(bias.name) { isUsed = true }
    }
    return isUsed ? isPresent : isPresent.map { _ in false }
  }
}
