internal import CDVSKernels
public import SpikingNetwork

/// The engine for a processor's cores: spikes are bits, zeros are skipped, what is cheap is computed again.
///
/// Kept for the way back are the counts, the bits between the stages and the outputs of the convolutions but the first.
/// Results do not depend on the number of threads.
public final class CPUEngine: Engine {
  /// `cpu`.
  public let name = "cpu"
  /// The network that it runs.
  public let network: NetworkDescription
  /// The instruction set of its kernels.
  public let instructionSet: InstructionSet
  /// The gradients so far, in the order of the parameters.
  public internal(set) var gradients: [[Float]]

  /// The share of counts that are not 0 in the last batch.
  public internal(set) var firstShare = 0.0

  /// The share of ones among the inputs of the convolutions but the first, and of the first linear layer, in the last
  /// batch; with average pooling four bits make an input.
  public internal(set) var inputShares: [Double] = []

  /// The share of ones above which a convolution takes its inputs as numbers.
  var denseShare = DenseConvolution.share

  let workers: Workers
  let pool = BufferPool()
  var clock = StageClock()
  var current: NetworkState

  /// Makes an engine for a network in a given state, which must fit it.
  ///
  /// - Parameters:
  ///   - threadCount: How many threads work at a time.
  ///   - instructionSet: Which kernels run; one that this machine has.
  public init(
    network: NetworkDescription, state: NetworkState, threadCount: Int,
    instructionSet: InstructionSet? = nil
  ) {
    state.requireFit(to: network)
    precondition(threadCount >= 1, "\(threadCount) threads")
    // A row of the second stage's spikes is a word of a mask.
    precondition(network.sideLength <= 128, "frames of \(network.sideLength) rows")
    let available = InstructionSet.available
    let chosen = instructionSet ?? available.last ?? .baseline
    precondition(available.contains(chosen), "this machine has no \(chosen)")
    self.network = network
    self.instructionSet = chosen
    workers = Workers(threadCount: threadCount)
    current = state
    gradients = Self.zeros(network)
  }

  /// Weights, statistics and the optimizer's memory.
  public var state: NetworkState {
    get { current }
    set {
      newValue.requireFit(to: network)
      current = newValue
      gradients = Self.zeros(network)
    }
  }

  /// Runs a batch in training mode and adds its gradients to those that are there.
  public func accumulateGradients(
    _ batch: LabelledFrames, dropout: DropoutMasks, options: GradientOptions
  ) throws(EngineError) -> BatchResult {
    clock.begin()
    let pass = forward(batch, dropout: dropout, precision: options.precision)
    let result = result(of: pass, batch, loss: options.loss)
    let readout = Readout(stepCount: network.frameCount, frameCounts: batch.frameCounts)
    let rateGradient = options.loss.gradient(rates: result.rates, labels: batch.labels)
    var spikeGradient = readout.spikeGradient(rateGradient.map { $0 * options.scale })
    for number in network.linears.indices.reversed() {
      spikeGradient = backward(
        linear: number, pass.linears[number], spikeGradient, factors: dropout.factors[number],
        options.precision)
    }
    backward(
      pass, pooledGradient: pooledGradient(spikeGradient, sampleCount: batch.sampleCount),
      options.precision)
    return result
  }

  /// Runs a batch in evaluation mode: running statistics, no dropout, float32.
  public func evaluate(_ batch: LabelledFrames, loss: Loss) throws(EngineError) -> BatchResult {
    clock.begin()
    return result(of: forward(batch, dropout: nil, precision: .float32), batch, loss: loss)
  }

  /// The name of the first parameter with a gradient that is no finite number.
  public func firstParameterWithNonFiniteGradient() -> String? {
    zip(network.parameters, gradients).first { !$1.allSatisfy(\.isFinite) }?.0.name
  }

  /// Lets the optimizer take a step along the gradients, and sets them to 0.
  public func update(by optimizer: Optimizer, learningRate: Double) throws(EngineError) {
    clock.begin()
    optimizer.update(&current, gradients: gradients, learningRate: learningRate)
    gradients = Self.zeros(network)
    clock.end(.update, 0)
  }

  private static func zeros(_ network: NetworkDescription) -> [[Float]] {
    network.parameters.map { [Float](repeating: 0, count: $0.valueCount) }
  }
}
