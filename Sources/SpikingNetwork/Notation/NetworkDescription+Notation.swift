extension NetworkDescription {
  /// Parses a network in the PLIF paper's notation, the inverse of ``notation``.
  ///
  /// `LIF` or `PLIF` determines whether all neurons learn their time constants; τ and the other
  /// settings of neurons come from `neuron`.
  ///
  /// The notation has no biases; here a `b` after a linear layer's outputs, as in `FC512b`, gives
  /// it some.
  ///
  /// - Parameters:
  ///   - text: As in `{c128k3s1-BN-LIF-MPk2s2}*2-DP-FC2048-LIF-DP-FC100-LIF-APk10s10`;
  ///     case-insensitive.
  ///   - input: A frame: 1 or 2 polarities, height, width.
  ///   - classCount: The number of classes.
  ///   - frameCount: T, the number of frames per sample.
  ///   - neuron: Settings of all neurons that the notation lacks.
  ///   - stepMode: Which frames batch norm normalizes together.
  ///   - dropoutProbability: The fraction of inputs that dropout sets to 0 in training.
  /// - Throws: ``NotationError`` if the text does not describe a network, or one that engines
  ///   cannot run.
  public init(
    notation text: String, input: ImageShape, classCount: Int, frameCount: Int = 16,
    neuron: NeuronDescription = NeuronDescription(), stepMode: StepMode = .multiStep,
    dropoutProbability: Double = 0.5
  ) throws(NotationError) {
    let parsed = try NetworkNotation(text)
    var neuron = neuron
    switch neuron.membrane {
    case .fixed(let tau), .learned(let tau):
      neuron.membrane = parsed.isParametric ? .learned(initialTau: tau) : .fixed(tau: tau)
    }
    do throws(NetworkDefect) {
      try self.init(
        input: input, classCount: classCount, layers: parsed.layers, frameCount: frameCount,
        neuron: neuron, stepMode: stepMode, dropoutProbability: dropoutProbability)
    } catch {
      let position =
        error.layerIndex < parsed.positions.count
        ? parsed.positions[error.layerIndex] : text.utf8.count + 1
      throw NotationError(position: position, detail: error.detail)
    }
  }

  /// The network in the PLIF paper's notation, with repetitions in braces.
  public var notation: String {
    let symbols = layers.compactMap { layer -> String? in
      switch layer {
      case .convolution(let channelCount): "c\(channelCount)k3s1"
      case .batchNorm: "BN"
      case .neurons: neuron.isParametric ? "PLIF" : "LIF"
      case .pooling(.maximum): "MPk2s2"
      case .pooling(.average): "APk2s2"
      case .flatten: nil
      case .dropout: "DP"
      case .linear(let outputCount, let hasBias): "FC\(outputCount)\(hasBias ? "b" : "")"
      case .vote(let count): "APk\(count)s\(count)"
      }
    }
    return Self.folded(symbols[...]).joined(separator: "-")
  }

  /// The symbols with the longest repetition at each position in braces; a repetition starts with a
  /// block.
  private static func folded(_ symbols: ArraySlice<String>) -> [String] {
    var result: [String] = []
    var rest = symbols
    while let first = rest.first {
      var best = (length: 1, count: 1)
      let isBlock = ["c", "DP", "FC"].contains(where: first.hasPrefix)
      for length in stride(from: 2, through: isBlock ? rest.count / 2 : 0, by: 1) {
        var count = 1
        while rest.dropFirst(count * length).prefix(length).elementsEqual(rest.prefix(length)) {
          count += 1
        }
        if count > 1 && count * length > best.count * best.length { best = (length, count) }
      }
      let unit = rest.prefix(best.length)
      result.append(
        best.count == 1
          ? first : "{\(folded(unit).joined(separator: "-"))}*\(best.count)")
      rest = rest.dropFirst(best.length * best.count)
    }
    return result
  }
}
