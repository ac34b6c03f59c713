/// Infers the name and shapes of each layer, and checks that it can follow the previous one.
///
/// A network is
/// `(convolution, batch norm, neurons, pooling?)+, flatten, (dropout?, linear, neurons)+, vote?`.
struct ShapeInference {
  /// The kind of the last layer, which determines what may follow.
  private enum State {
    case start, convolved, normalized, fired, pooled
    case flat, dropped, multiplied, classified, voted
  }

  private(set) var shaped: [ShapedLayer] = []
  private let classCount: Int
  private var state = State.start
  private var shape: ImageShape
  /// Index of the next layer in its sequence, `conv` or `fc`.
  private var indexInSequence = 0
  /// Multiplications per frame so far.
  private var multiplicationCount = 0

  /// The layers with their names and shapes.
  static func layers(
    _ layers: [Layer], input: ImageShape, classCount: Int
  ) throws(NetworkDefect) -> [ShapedLayer] {
    var inference = ShapeInference(classCount: classCount, shape: input)
    for layer in layers { try inference.append(layer) }
    try inference.finish()
    return inference.shaped
  }

  private init(classCount: Int, shape: ImageShape) {
    self.classCount = classCount
    self.shape = shape
  }

  /// Weights of the layers so far.
  private var weightCount = 0

  /// The maximum number of multiplications per frame.
  ///
  /// With it, those of a sample of 65 535 frames, forward and backward, fit an `Int`.
  private static let maximumMultiplicationCount = 1 << 45
  /// The maximum number of weights in a network: with gradients and two optimizer slots they take
  /// 16 GiB.
  private static let maximumWeightCount = 1 << 30
  /// The maximum number of channels, outputs or neurons of a layer.
  private static let maximumExtent = 65_536

  /// Adds a layer's weights and multiplications to the totals, and checks the limits.
  private mutating func count(_ layer: Layer, _ output: ImageShape) throws(NetworkDefect) {
    let count: Int
    switch layer {
    case .convolution: count = 9 * shape.channelCount * output.channelCount
    case .linear: count = shape.valueCount * output.valueCount
    default: return
    }
    weightCount += count
    guard weightCount <= Self.maximumWeightCount else {
      throw defect(
        "at most \(Self.maximumWeightCount) weights expected, \(weightCount) found")
    }
    multiplicationCount += count * output.pixelCount
    guard multiplicationCount <= Self.maximumMultiplicationCount else {
      throw defect(
        "at most \(Self.maximumMultiplicationCount) multiplications per frame expected, "
          + "\(multiplicationCount) found")
    }
  }

  /// Rejects sizes out of range before any product of sizes could overflow.
  private func checkExtent(_ layer: Layer) throws(NetworkDefect) {
    switch layer {
    case .convolution(let count), .linear(let count, _), .vote(let count):
      guard (1...Self.maximumExtent).contains(count) else {
        throw defect("\(layer.words) of 1 to \(Self.maximumExtent) expected, \(count) found")
      }
    case .batchNorm, .neurons, .pooling, .flatten, .dropout: break
    }
  }

  private mutating func append(_ layer: Layer) throws(NetworkDefect) {
    try checkExtent(layer)
    let (next, output) = try following(layer)
    try count(layer, output)
    if case .flatten = layer { indexInSequence = 0 }
    let (name, isFlat) =
      switch next {
      case .voted: ("vote", true)
      case .flat, .dropped, .multiplied, .classified: ("fc.\(indexInSequence)", true)
      case .start, .convolved, .normalized, .fired, .pooled: ("conv.\(indexInSequence)", false)
      }
    shaped.append(
      ShapedLayer(layer: layer, name: name, input: shape, output: output, isFlat: isFlat))
    indexInSequence += 1
    state = next
    shape = output
  }

  /// The state and the output's shape after a layer; checks that the layer may follow.
  private func following(_ layer: Layer) throws(NetworkDefect) -> (State, ImageShape) {
    switch (state, layer) {
    case (.start, .convolution(let count)), (.fired, .convolution(let count)),
      (.pooled, .convolution(let count)):
      return (
        .convolved, ImageShape(channelCount: count, height: shape.height, width: shape.width)
      )
    case (.convolved, .batchNorm): return (.normalized, shape)
    case (.normalized, .neurons): return (.fired, shape)
    case (.fired, .pooling):
      guard shape.height >= 2 && shape.width >= 2 else {
        throw defect(
          "at least 2×2 pixels to pool expected, \(shape.height)×\(shape.width) found")
      }
      return (
        .pooled,
        ImageShape(
          channelCount: shape.channelCount, height: shape.height / 2, width: shape.width / 2)
      )
    case (.fired, .flatten), (.pooled, .flatten):
      return (.flat, ImageShape(featureCount: shape.valueCount))
    case (.flat, .dropout), (.classified, .dropout): return (.dropped, shape)
    case (.flat, .linear(let count, _)), (.dropped, .linear(let count, _)),
      (.classified, .linear(let count, _)):
      return (.multiplied, ImageShape(featureCount: count))
    case (.multiplied, .neurons): return (.classified, shape)
    case (.classified, .vote(let count)):
      guard count * classCount == shape.valueCount else {
        throw defect(
          "\(classCount) classes expected, \(shape.valueCount) neurons with \(count) per class give "
            + (shape.valueCount.isMultiple(of: count)
              ? "\(shape.valueCount / count)" : "no whole number")
            + ": the linear layer before the vote must have \(count * classCount) outputs")
      }
      return (.voted, ImageShape(featureCount: classCount))
    default: throw defect("\(expectation) expected, \(layer.words) found")
    }
  }

  private func finish() throws(NetworkDefect) {
    switch state {
    case .voted: break
    case .classified:
      guard shape.valueCount == classCount else {
        throw defect(
          "a vote such as APk10s10, or \(classCount) neurons, expected at the end, "
            + "\(shape.valueCount) neurons found")
      }
    default: throw defect("\(expectation) expected, the end found")
    }
  }

  private func defect(_ detail: String) -> NetworkDefect {
    NetworkDefect(layerIndex: shaped.count, detail: detail)
  }

  /// The layers that may come next, for messages.
  private var expectation: String {
    switch state {
    case .start: "a convolution"
    case .convolved: "batch norm"
    case .normalized, .multiplied: "neurons"
    case .fired: "pooling, a convolution, dropout or a linear layer"
    case .pooled: "a convolution, dropout or a linear layer"
    case .flat: "dropout or a linear layer"
    case .dropped: "a linear layer"
    case .classified: "dropout, a linear layer or the vote"
    case .voted: "the end"
    }
  }
}

extension Layer {
  /// The kind of layer, for messages.
  fileprivate var words: String {
    switch self {
    case .convolution: "a convolution"
    case .batchNorm: "batch norm"
    case .neurons: "neurons"
    case .pooling: "pooling"
    case .flatten: "flattening"
    case .dropout: "dropout"
    case .linear: "a linear layer"
    case .vote: "a vote"
    }
  }
}
