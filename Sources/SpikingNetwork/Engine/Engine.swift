/// What runs a network: forward, backward and update, on one kind of hardware.
///
/// An engine owns the network's state; ``state`` copies it out. Its results depend on the state and
/// the calls only, never on the number of threads.
public protocol Engine: AnyObject {
  /// The engine's name, as in `cpu`.
  var name: String { get }

  /// The name with what it runs on, as in `cpu (avx512)`.
  var summary: String { get }

  /// The network that it runs.
  var network: NetworkDescription { get }

  /// Which bits it computes when it trains with a precision; checkpoints note it.
  func numerics(_ precision: Precision) -> NumericsVersion

  /// What sums over the processes that train the network together.
  var reducer: any Reducer { get }

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
  ///   - dropout: What the dropout layers keep.
  ///   - options: Loss, precision, and what each gradient is multiplied by.
  /// - Throws: ``EngineError`` when the hardware fails or has too little memory.
  func accumulateGradients(
    _ batch: LabelledFrames, dropout: DropoutMasks, options: GradientOptions
  ) throws(EngineError) -> BatchResult

  /// The gradients so far, in the order of the parameters.
  ///
  /// Of processes that train together each has its own, until ``reduceGradients()``.
  var gradients: [[Float]] { get }

  /// Sums the gradients over all processes that train together; to be called once before each
  /// ``update(by:learningRate:)``.
  ///
  /// - Throws: ``EngineError`` when another process cannot be reached.
  func reduceGradients() throws(EngineError)

  /// The name of the first parameter, in the order of the layers, with a gradient that is no finite
  /// number.
  func firstParameterWithNonFiniteGradient() -> String?

  /// Lets the optimizer take a step along the gradients, and sets them to 0.
  func update(by optimizer: Optimizer, learningRate: Double) throws(EngineError)

  /// Runs a batch in evaluation mode: running statistics, no dropout, float32.
  ///
  /// - Throws: ``EngineError`` when the hardware fails or has too little memory.
  func evaluate(_ batch: LabelledFrames, loss: Loss) throws(EngineError) -> BatchResult
}

extension Engine {
  /// The name alone.
  public var summary: String { name }

  /// One process.
  public var reducer: any Reducer { SingleProcess() }

  /// The name of the first parameter, in the order of the layers, with a gradient that is no finite
  /// number.
  public func firstParameterWithNonFiniteGradient() -> String? {
    zip(network.parameters, gradients).first { !$1.allSatisfy(\.isFinite) }?.0.name
  }
}
