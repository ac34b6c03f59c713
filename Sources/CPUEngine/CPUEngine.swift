internal import CDVSKernels
public import SpikingNetwork

/// The engine for the processor's cores.
///
/// Spikes are stored as bits, and convolutions skip zeros. For the backward pass, the forward pass
/// keeps the counts, the bits between stages, and the outputs of all convolutions except the first;
/// the rest is cheap and computed again. Results do not depend on the number of threads.
public final class CPUEngine: Engine {
  /// `cpu`.
  public let name = "cpu"
  /// The network that it runs.
  public let network: NetworkDescription
  /// The gradients since the last update, in the order of the parameters.
  public internal(set) var gradients: [[Float]]

  /// The fraction of event counts that are not 0 in the last batch.
  public internal(set) var countFraction = 0.0

  /// The fractions of spikes among the inputs of each convolution except the first, and of the
  /// first linear layer, in the last batch.
  ///
  /// After average pooling an input is the mean of four bits, and each of them counts.
  public internal(set) var inputFractions: [Double] = []

  /// The fraction of each linear layer's inputs that are not 0 in the last batch.
  ///
  /// `isTraining` tells whether that batch was a training batch.
  var linearInputs: (fractions: [Double], isTraining: Bool) = ([], false)

  /// The fraction of spikes above which a convolution converts its input to float32.
  var denseFraction = DenseConvolution.fraction

  let blocks: NetworkBlocks
  let context: KernelContext
  /// Sums values over the processes that train the network together.
  public let reducer: any Reducer
  /// Whether no other process trains the network, so that its own sums are those of the batch.
  let isAlone: Bool
  /// The weight gradients of the current batch that other processes add to.
  var pendingGradients: [PendingGradient] = []
  let buffers: EngineBuffers
  var clock: StageClock
  var current: NetworkState

  /// Creates an engine for a network in a given state, which must fit the network.
  ///
  /// - Parameters:
  ///   - network: The network that it runs.
  ///   - state: The network's state.
  ///   - threadCount: The number of threads that compute, at least 1.
  ///   - instructionSet: The kernels to use; this machine must support them. `nil` uses the best.
  ///   - reducer: Sums values over the processes that train together.
  public init(
    network: NetworkDescription, state: NetworkState, threadCount: Int,
    instructionSet: InstructionSet? = nil, reducer: any Reducer = SingleProcess()
  ) {
    state.requireFit(to: network)
    precondition(threadCount >= 1, "\(threadCount) threads")
    let available = InstructionSet.available
    let chosen = instructionSet ?? available.last ?? .baseline
    precondition(available.contains(chosen), "this machine does not support \(chosen)")
    self.network = network
    self.reducer = reducer
    isAlone = reducer is SingleProcess
    blocks = network.blocks
    context = KernelContext(workers: Workers(threadCount: threadCount), instructionSet: chosen)
    clock = StageClock(context.workers.loopTime)
    buffers = EngineBuffers(
      blockCount: blocks.convolutions.count, linearCount: blocks.linears.count)
    current = state
    gradients = Self.zeros(network)
  }

  /// The number of threads that compute: fewer than requested if the system provides no more.
  public var threadCount: Int { context.workers.threadCount }

  /// The instruction set of its kernels.
  public var instructionSet: InstructionSet { context.instructionSet }

  /// The name and the instruction set, as in `cpu (avx512)`.
  public var summary: String { "\(name) (\(instructionSet.rawValue))" }

  /// The version of its numerics: engines with the same version compute the same bits.
  ///
  /// In float32 it is the same for all instruction sets. In bfloat16 it depends on whether the
  /// instruction set multiplies bfloat16. Version `1` is that of dvskit 0.1.0, whose checkpoints do
  /// not record it.
  public func numerics(_ precision: Precision) -> NumericsVersion {
    switch precision {
    case .float32: NumericsVersion("2")
    case .bfloat16:
      NumericsVersion(
        instructionSet.multipliesBFloat16
          ? "2 (dot products of bfloat16)" : "2 (rounded to bfloat16)")
    }
  }

  /// Parameters, running statistics and the optimizer's state; setting it clears the gradients.
  public var state: NetworkState {
    get { current }
    set {
      newValue.requireFit(to: network)
      current = newValue
      gradients = Self.zeros(network)
    }
  }

  /// Runs a batch in training mode and adds its gradients to ``gradients``, summed over all
  /// processes that train together.
  ///
  /// Processes must have the samples of branches of the whole batch's ``SampleTree``; then any
  /// number of them computes the same bits.
  public func accumulateGradients(
    _ batch: LabelledFrames, dropout: DropoutMasks, options: GradientOptions
  ) throws(EngineError) -> BatchResult {
    clock.begin()
    // Those of a batch that failed.
    pendingGradients = []
    let pass = try forward(batch, dropout: dropout, precision: options.precision)
    let result = result(of: pass, batch, loss: options.loss)
    let rateGradient = options.loss.gradient(
      rates: result.rates, labels: batch.labels, sampleCount: pass.totalSampleCount)
    let readout = Readout(network, frameCounts: batch.frameCounts)
    var spikeGradient = Buffer(
      readout.spikeGradient(rateGradient.map { $0 * options.scale }))
    var stride = network.classCount * network.neuronsPerClass
    for (block, trace) in zip(blocks.linears, pass.linears).reversed() {
      spikeGradient = try backward(
        block, trace, spikeGradient, spikeStride: stride,
        factors: block.dropoutIndex.map { dropout.factors[$0] })
      stride = trace.linear.inputGradientStride
    }
    let pooledGradient = pooledGradient(
      spikeGradient, stride: stride, sampleCount: batch.sampleCount)
    clock.end(.linear, blocks.convolutions.count)
    try backward(pass, pooledGradient: pooledGradient, options.precision)
    try addPendingGradients()
    return result
  }

  /// Runs a batch in evaluation mode: running statistics, no dropout, float32.
  public func evaluate(_ batch: LabelledFrames, loss: Loss) throws(EngineError) -> BatchResult {
    clock.begin()
    return result(
      of: try forward(batch, dropout: nil, precision: .float32), batch, loss: loss)
  }

  /// The name of the first parameter, in the order of the layers, whose gradient is not finite.
  public func firstParameterWithNonFiniteGradient() -> String? {
    zip(network.parameters, gradients).first { !isFinite($1) }?.0.name
  }

  /// Does nothing: ``accumulateGradients(_:dropout:options:)`` sums each batch's gradients.
  public func reduceGradients() throws(EngineError) {}

  /// Updates the parameters with the optimizer, and sets the gradients to 0.
  public func update(by optimizer: Optimizer, learningRate: Double) throws(EngineError) {
    clock.begin()
    let workers = context.workers
    optimizer.update(&current, gradients: gradients, learningRate: learningRate) { count, update in
      workers.forEachRange(of: count, update)
    }
    clearGradients()
    clock.end(.update, 0)
  }

  private func isFinite(_ gradient: [Float]) -> Bool {
    let size = 1 << 16
    let found = LeafSums<Int32>(sampleCount: (gradient.count + size - 1) / size, count: 1)
    context.workers.forEachRange(of: gradient.count, size: size) { range in
      let areFinite = gradient[range].allSatisfy(\.isFinite)
      // Safe: each range has its own leaf.
      unsafe found.begin(sample: range.lowerBound / size).pointee = areFinite ? 0 : 1
    }
    return found.wideTotal() == [0]
  }

  private func clearGradients() {
    for parameter in gradients.indices {
      unsafe gradients[parameter].withUnsafeMutableBufferPointer { gradient in
        nonisolated(unsafe) let gradient = unsafe gradient
        unsafe context.workers.forEachRange(of: gradient.count, size: 1 << 16) { range in
          // Safe: the range is within the array.
          for index in range { unsafe gradient[index] = 0 }
        }
      }
    }
  }

  private static func zeros(_ network: NetworkDescription) -> [[Float]] {
    network.parameters.map { [Float](repeating: 0, count: $0.valueCount) }
  }
}
