/// The engine that defines the results of all others: plain loops on one thread, without
/// optimizations.
///
/// Activations are `[T·N, C, H, W]` row-major; the image at time step t of sample n has index t·N +
/// n.
public final class ReferenceEngine: Engine {
  /// `reference`.
  public let name = "reference"
  /// The network that it runs.
  public let network: NetworkDescription
  /// Weights, statistics and the optimizer's memory.
  public var state: NetworkState {
    get { current }
    set {
      newValue.requireFit(to: network)
      current = newValue
      zeroGradients()
    }
  }
  /// The accumulated gradients, in the order of the parameters.
  public internal(set) var gradients: [[Float]]

  var current: NetworkState
  /// Sums values over all processes that train the network together.
  public let reducer: any Reducer

  /// Makes an engine for a network in a given state, which must fit it.
  public init(
    network: NetworkDescription, state: NetworkState, reducer: any Reducer = SingleProcess()
  ) {
    state.requireFit(to: network)
    self.network = network
    self.reducer = reducer
    current = state
    gradients = network.parameters.map { [Float](repeating: 0, count: $0.valueCount) }
  }

  /// `reference`.
  public func numerics(_ precision: Precision) -> NumericsVersion { NumericsVersion("reference") }

  /// Runs forward and backward pass of a batch in training mode, and adds its gradients to
  /// ``gradients``.
  public func accumulateGradients(
    _ batch: LabelledFrames, dropout: DropoutMasks, options: GradientOptions
  ) throws(EngineError) -> BatchResult {
    let pass = try ReferencePass(self, batch, dropout: dropout, precision: options.precision)
    let result = pass.result(batch, loss: options.loss)
    let gradient = options.loss.gradient(
      rates: result.rates, labels: batch.labels, sampleCount: pass.totalSampleCount)
    try pass.backward(rateGradient: gradient.map { $0 * options.scale }, batch)
    return result
  }

  /// Runs a batch in evaluation mode: running statistics, no dropout, float32.
  public func evaluate(_ batch: LabelledFrames, loss: Loss) throws(EngineError) -> BatchResult {
    try ReferencePass(self, batch, dropout: nil, precision: .float32).result(batch, loss: loss)
  }

  /// Sums the gradients over all processes that train together.
  public func reduceGradients() throws(EngineError) {
    for number in gradients.indices { try reducer.sum(&gradients[number]) }
  }

  /// Takes an optimizer step with the gradients, then sets them to 0.
  public func update(by optimizer: Optimizer, learningRate: Double) {
    optimizer.update(&current, gradients: gradients, learningRate: learningRate)
    zeroGradients()
  }

  private func zeroGradients() {
    gradients = network.parameters.map { [Float](repeating: 0, count: $0.valueCount) }
  }

  func add(_ gradient: [Float], to parameter: Int) {
    for index in gradient.indices { gradients[parameter][index] += gradient[index] }
  }
}
