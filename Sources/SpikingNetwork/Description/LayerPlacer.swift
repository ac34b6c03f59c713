/// Puts layers one behind the other, and checks that each can follow the one before.
///
/// A network is
/// `(convolution, batch norm, neurons, pooling?)+, flatten, (dropout?, linear, neurons)+, vote?`.
struct LayerPlacer {
  /// What may come next.
  private enum State {
    case start, convolved, normalized, fired, pooled
    case flat, dropped, multiplied, classified, voted
  }

  private(set) var placed: [PlacedLayer] = []
  private let classCount: Int
  private var state = State.start
  private var shape: ImageShape
  /// Layers so far of the sequence `conv` or `fc`.
  private var indexInSequence = 0
  /// Multiplications so far of a frame.
  private var multiplicationCount = 0

  /// Places all layers.
  static func place(
    _ layers: [Layer], input: ImageShape, classCount: Int
  ) throws(NetworkDefect) -> [PlacedLayer] {
    var placer = LayerPlacer(classCount: classCount, shape: input)
    for layer in layers { try placer.place(layer) }
    try placer.finish()
    return placer.placed
  }

  private init(classCount: Int, shape: ImageShape) {
    self.classCount = classCount
    self.shape = shape
  }

  /// Weights so far.
  private var weightCount = 0

  /// Multiplications of a frame at most: those of a sample of 65 535 frames, forward and backward,
  /// fit an `Int` then.
  private static let maximumMultiplicationCount = 1 << 45
  /// Weights of a network at most: they, their gradients and two of an optimizer's slots take
  /// 16 GiB.
  private static let maximumWeightCount = 1 << 30
  /// Channels, outputs or neurons that a layer names at most.
  private static let maximumExtent = 65_536

  /// Counts a layer's weights and multiplications.
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
        "at most \(Self.maximumMultiplicationCount) multiplications a frame expected, "
          + "\(multiplicationCount) found")
    }
  }

  /// Refuses what no layer can have, so that no product of extents overflows.
  private func checkExtent(_ layer: Layer) throws(NetworkDefect) {
    switch layer {
    case .convolution(let count), .linear(let count), .vote(let count):
      guard (1...Self.maximumExtent).contains(count) else {
        throw defect("\(layer.words) of 1 to \(Self.maximumExtent) expected, \(count) found")
      }
    case .batchNorm, .neurons, .pooling, .flatten, .dropout: break
    }
  }

  private mutating func place(_ layer: Layer) throws(NetworkDefect) {
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
    placed.append(
      PlacedLayer(layer: layer, name: name, input: shape, output: output, isFlat: isFlat))
    indexInSequence += 1
    state = next
    shape = output
  }

  /// The state and the shape after a layer.
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
          "an image of at least 2×2 to pool expected, \(shape.height)×\(shape.width) found")
      }
      return (
        .pooled,
        ImageShape(
          channelCount: shape.channelCount, height: shape.height / 2, width: shape.width / 2)
      )
    case (.fired, .flatten), (.pooled, .flatten):
      return (.flat, ImageShape(featureCount: shape.valueCount))
    case (.flat, .dropout), (.classified, .dropout): return (.dropped, shape)
    case (.flat, .linear(let count)), (.dropped, .linear(let count)),
      (.classified, .linear(let count)):
      return (.multiplied, ImageShape(featureCount: count))
    case (.multiplied, .neurons): return (.classified, shape)
    case (.classified, .vote(let count)):
      guard count * classCount == shape.valueCount else {
        throw defect(
          "\(classCount) classes expected, the vote of \(count) of \(shape.valueCount) neurons gives "
            + (shape.valueCount.isMultiple(of: count)
              ? "\(shape.valueCount / count)" : "no whole number")
            + ": the linear layer in front has to give \(count * classCount)")
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
          "a vote, as APk10s10, or \(classCount) neurons at the end expected, "
            + "\(shape.valueCount) neurons found")
      }
    default: throw defect("\(expectation) expected, the end found")
    }
  }

  private func defect(_ detail: String) -> NetworkDefect {
    NetworkDefect(layerIndex: placed.count, detail: detail)
  }

  /// What may come next, in words.
  private var expectation: String {
    switch state {
    case .start: "a convolution"
    case .convolved: "batch norm"
    case .normalized, .multiplied: "neurons"
    case .fired: "a pooling, a convolution, dropout or a linear layer"
    case .pooled: "a convolution, dropout or a linear layer"
    case .flat: "dropout or a linear layer"
    case .dropped: "a linear layer"
    case .classified: "dropout, a linear layer or the vote"
    case .voted: "the end"
    }
  }
}

extension Layer {
  /// What the layer is, in words.
  fileprivate var words: String {
    switch self {
    case .convolution: "a convolution"
    case .batchNorm: "batch norm"
    case .neurons: "neurons"
    case .pooling: "a pooling"
    case .flatten: "a flattening"
    case .dropout: "dropout"
    case .linear: "a linear layer"
    case .vote: "a vote"
    }
  }
}
