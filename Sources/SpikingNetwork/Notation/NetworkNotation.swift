/// The layers of a text in the PLIF paper's notation, without the input's shape and the number of
/// classes.
public struct NetworkNotation: Sendable {
  /// The layers.
  public let layers: [Layer]
  /// Whether neurons learn their time constants.
  public let isParametric: Bool
  /// The position of each layer's first character, from 1.
  let positions: [Int]

  /// Parses a text.
  ///
  /// - Throws: ``NotationError`` if the text is not in the notation. The order of the layers is not
  ///   checked.
  public init(_ text: String) throws(NotationError) {
    let tokens = try NotationScanner.tokens(of: text)
    isParametric = try Self.isParametric(tokens)
    (layers, positions) = try Self.layers(of: tokens)
  }

  /// The layers of a text, and the position of each.
  private static func layers(
    of tokens: [NotationScanner.Token]
  ) throws(NotationError) -> (layers: [Layer], positions: [Int]) {
    var layers: [Layer] = []
    var positions: [Int] = []
    var isFlat = false
    for token in tokens {
      func append(_ layer: Layer) {
        layers.append(layer)
        positions.append(token.position)
      }
      switch token.symbol {
      case .dropout, .linear:
        // Flattening has no symbol in the notation. If it is not allowed here, the error names the
        // layer itself.
        if !isFlat, layers.last?.canBeFlattened == true { append(.flatten) }
        isFlat = true
      default: break
      }
      switch token.symbol {
      case .convolution(let channelCount): append(.convolution(channelCount: channelCount))
      case .batchNorm: append(.batchNorm)
      case .lif, .plif: append(.neurons)
      case .maximumPool: append(.pooling(.maximum))
      case .averagePool(let size) where isFlat: append(.vote(neuronsPerClass: size))
      case .averagePool(let size):
        guard size == 2 else {
          throw NotationError(
            position: token.position,
            detail: "pooling APk2s2 expected before the linear layers, k\(size)s\(size) found")
        }
        append(.pooling(.average))
      case .dropout: append(.dropout)
      case .linear(let outputCount, let hasBias):
        append(.linear(outputCount: outputCount, hasBias: hasBias))
      }
    }
    return (layers, positions)
  }

  private static func isParametric(
    _ tokens: [NotationScanner.Token]
  ) throws(NotationError) -> Bool {
    let neurons = tokens.filter { $0.symbol == .lif || $0.symbol == .plif }
    guard let first = neurons.first else { return false }
    if let other = neurons.first(where: { $0.symbol != first.symbol }) {
      let name = first.symbol == .lif ? "LIF" : "PLIF"
      throw NotationError(
        position: other.position,
        detail: "\(name), as before, expected: all neurons of a network are of one kind")
    }
    return first.symbol == .plif
  }
}

extension Layer {
  /// Whether its output may be flattened.
  fileprivate var canBeFlattened: Bool {
    switch self {
    case .neurons, .pooling: true
    default: false
    }
  }
}
