/// What runs a network: forward, backward and update, on one kind of hardware.
///
/// An engine owns the network's state; ``state`` copies it out. Its results depend on the state and the calls only,
/// never on the number of threads.
public protocol Engine: AnyObject {
  /// The engine's name, as in `cpu`.
  var name: String { get }

  /// The network that it runs.
  var network: NetworkDescription { get }

  /// Weights, statistics and the optimizer's memory. Setting it forgets gradients.
  ///
  /// What is set must fit ``network``.
  var state: NetworkState { get set }

  /// Runs a batch in training mode and adds its gradients to those that are there.
  ///
  /// Batch norm uses the batch's own statistics and updates the running ones.
  ///
  /// - Parameters:
  ///   - batch: Frames and labels, at least one sample.
  ///   - dropout: What the two dropout layers keep.
  ///   - options: Loss, precision, and what each gradient is multiplied by.
  /// - Throws: ``EngineError`` when the hardware fails or has too little memory.
  func accumulateGradients(
    _ batch: LabelledFrames, dropout: DropoutMasks, options: GradientOptions
  ) throws(EngineError) -> BatchResult

  /// The gradients so far, in the order of the parameters.
  var gradients: [[Float]] { get }

  /// The name of the first parameter, in the order of the layers, with a gradient that is no finite number.
  func firstParameterWithNonFiniteGradient() -> String?

  /// Lets the optimizer take a step along the gradients, and sets them to 0.
  func update(by optimizer: Optimizer, learningRate: Double) throws(EngineError)

  /// Runs a batch in evaluation mode: running statistics, no dropout, float32.
  ///
  /// - Throws: ``EngineError`` when the hardware fails or has too little memory.
  func evaluate(_ batch: LabelledFrames, loss: Loss) throws(EngineError) -> BatchResult
}

/// Why an engine could not do its work.
public struct EngineError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What happened, and what helps.
  public let description: String

  /// Describes a failure.
  public init(_ description: String) { self.description = description }
}

/// How gradients are computed.
public struct GradientOptions: Equatable, Sendable {
  /// What is minimized.
  public var loss: Loss
  /// How exactly convolutions and linear layers are computed.
  public var precision: Precision
  /// What each gradient is multiplied by: one over the batches that share an update.
  public var scale: Float

  /// Chooses options.
  public init(
    loss: Loss = .meanSquaredError, precision: Precision = .float32, scale: Float = 1
  ) {
    self.loss = loss
    self.precision = precision
    self.scale = scale
  }
}

/// How exactly convolutions and linear layers are computed in training.
public enum Precision: String, Equatable, Sendable {
  /// All in float32.
  case float32
  /// Weights, inputs and gradients of their outputs are rounded to bfloat16 (to nearest, ties to even); products
  /// are summed in float32. All else stays float32, and so does the gradient of the first convolution's output,
  /// of which nothing but its weights' gradient is made. An engine that computes gradients by way of a transform may
  /// round what it multiplies there once more.
  case bfloat16
}
