/// The layers that a text in the notation of the PLIF paper names, before it is known what comes in
/// and how many classes there are.
public struct NetworkNotation: Sendable {
  /// The layers.
  public let layers: [Layer]
  /// Whether neurons learn their time constants.
  public let isParametric: Bool
  /// The character at which each layer stands, from 1.
  let positions: [Int]

  /// Reads a text.
  ///
  /// - Throws: ``NotationError`` where it names no layers; whether they can follow each other is
  ///   not looked at.
  public init(_ text: String) throws(NotationError) {
    let tokens = try NotationScanner.tokens(of: text)
    isParametric = try Self.isParametric(tokens)
    (layers, positions) = try Self.layers(of: tokens)
  }

  /// The layers of a text, and the character at which each stands.
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
        // Flattening has no name in the notation. Where it could not stand, the layer itself is at
        // fault.
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
            detail: "a pooling APk2s2 expected in front of linear layers, k\(size)s\(size) found")
        }
        append(.pooling(.average))
      case .dropout: append(.dropout)
      case .linear(let outputCount): append(.linear(outputCount: outputCount))
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
        detail: "\(name), as before, expected: a network has one kind of neurons")
    }
    return first.symbol == .plif
  }
}

extension Layer {
  /// Whether what it gives, in front of the linear layers, may be flattened.
  fileprivate var canBeFlattened: Bool {
    switch self {
    case .neurons, .pooling: true
    default: false
    }
  }
}
