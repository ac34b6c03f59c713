/// A spiking convolutional network: its input, its layers, and the settings common to all layers.
///
/// `(convolution 3×3 – batch norm – neurons – pooling?)+ – (dropout? – linear – neurons)+ – vote?`,
/// then the mean over T. Source: Fang et al., "Incorporating Learnable Membrane Time Constant to
/// Enhance Learning of Spiking Neural Networks", ICCV 2021, figure 3 and table 1.
public struct NetworkDescription: Equatable, Sendable {
  /// T, the number of frames per sample.
  public var frameCount: Int
  /// The neurons of all layers.
  public var neuron: NeuronDescription
  /// Which frames batch norm normalizes together.
  public var stepMode: StepMode
  /// The fraction of inputs that dropout sets to 0 in training.
  public var dropoutProbability: Double
  /// The shape of a frame: polarities, height and width.
  public let input: ImageShape
  /// The number of classes.
  public let classCount: Int
  /// The layers, in the order in which a frame passes them.
  public let layers: [Layer]
  /// The layers with their names and shapes.
  public let shapedLayers: [ShapedLayer]

  /// Describes a network.
  ///
  /// - Parameters:
  ///   - input: A frame: 1 or 2 polarities, height, width.
  ///   - classCount: The number of classes, at least 1.
  ///   - layers: The layers, in the order in which a frame passes them.
  ///   - frameCount: T, the number of frames per sample.
  ///   - neuron: The neurons of all layers.
  ///   - stepMode: Which frames batch norm normalizes together.
  ///   - dropoutProbability: The fraction of inputs that dropout sets to 0 in training.
  /// - Throws: ``NetworkDefect`` for the first layer that cannot follow the previous one.
  public init(
    input: ImageShape, classCount: Int, layers: [Layer], frameCount: Int = 16,
    neuron: NeuronDescription = NeuronDescription(), stepMode: StepMode = .multiStep,
    dropoutProbability: Double = 0.5
  ) throws(NetworkDefect) {
    precondition(frameCount >= 1, "T \(frameCount)")
    precondition((1...2).contains(input.channelCount), "\(input.channelCount) polarities")
    precondition(classCount >= 1, "\(classCount) classes")
    precondition((0..<1).contains(dropoutProbability), "dropout \(dropoutProbability)")
    shapedLayers = try ShapeInference.layers(layers, input: input, classCount: classCount)
    self.input = input
    self.classCount = classCount
    self.layers = layers
    self.frameCount = frameCount
    self.neuron = neuron
    self.stepMode = stepMode
    self.dropoutProbability = dropoutProbability
  }

  /// Batch norm's ε, added to a variance before its square root.
  public static let normEpsilon: Double = 1e-5
  /// Batch norm's momentum: the weight of a new batch in the running statistics.
  public static let normMomentum: Double = 0.1

  /// Output neurons per class; their mean is the class's vote.
  public var neuronsPerClass: Int {
    if case .vote(let count) = layers.last { count } else { 1 }
  }

  /// Output neurons of all classes.
  public var outputCount: Int { classCount * neuronsPerClass }
}
