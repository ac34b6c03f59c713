/// An implementation of forward pass, backward pass and optimizer on one kind of hardware.
///
/// An engine owns the network's state; ``state`` copies it out. Its results depend on the state and
/// the calls only, never on the number of threads.
public protocol Engine: AnyObject {
  /// The engine's name, as in `cpu`.
  var name: String { get }

  /// The name with the instruction set or device, as in `cpu (avx512)`.
  var summary: String { get }

  /// The network that it runs.
  var network: NetworkDescription { get }

  /// Identifies the exact results of training with a precision; stored in checkpoints.
  func numerics(_ precision: Precision) -> NumericsVersion

  /// Sums values over all processes that train the network together.
  var reducer: any Reducer { get }

  /// Weights, statistics and the optimizer's memory. Setting it sets the gradients to 0.
  ///
  /// A new value must fit ``network``.
  var state: NetworkState { get set }

  /// Runs forward and backward pass of a batch in training mode, and adds its gradients to
  /// ``gradients``.
  ///
  /// Batch norm uses the batch's own statistics and updates the running ones.
  ///
  /// - Parameters:
  ///   - batch: Frames and labels of at least one sample.
  ///   - dropout: The masks of the dropout layers.
  ///   - options: Loss, precision, and the factor of the gradients.
  /// - Throws: ``EngineError`` when the hardware fails or has too little memory.
  func accumulateGradients(
    _ batch: LabelledFrames, dropout: DropoutMasks, options: GradientOptions
  ) throws(EngineError) -> BatchResult

  /// The accumulated gradients, in the order of the parameters.
  ///
  /// Of several processes that train together, they may be this one's until ``reduceGradients()``.
  var gradients: [[Float]] { get }

  /// Completes the sums of the gradients over all processes that train together; call it once
  /// before each ``update(by:learningRate:)``.
  ///
  /// - Throws: ``EngineError`` when another process cannot be reached.
  func reduceGradients() throws(EngineError)

  /// The name of the first parameter, in the order of the layers, whose gradient is not finite.
  func firstParameterWithNonFiniteGradient() -> String?

  /// Takes an optimizer step with the gradients, then sets them to 0.
  func update(by optimizer: Optimizer, learningRate: Double) throws(EngineError)

  /// Runs a batch in evaluation mode: running statistics, no dropout, float32.
  ///
  /// - Throws: ``EngineError`` when the hardware fails or has too little memory.
  func evaluate(_ batch: LabelledFrames, loss: Loss) throws(EngineError) -> BatchResult
}

extension Engine {
  /// The name alone.
  public var summary: String { name }

  /// A single process.
  public var reducer: any Reducer { SingleProcess() }

  /// The name of the first parameter, in the order of the layers, whose gradient is not finite.
  public func firstParameterWithNonFiniteGradient() -> String? {
    zip(network.parameters, gradients).first { !$1.allSatisfy(\.isFinite) }?.0.name
  }
}
