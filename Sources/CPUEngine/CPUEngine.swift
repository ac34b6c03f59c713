internal import CDVSKernels
public import SpikingNetwork

/// The engine for a processor's cores: spikes are bits, zeros are skipped, what is cheap is
/// computed again.
///
/// The backward pass keeps the counts, the bits between the stages and the outputs of the
/// convolutions but the first. Results do not depend on the number of threads.
public final class CPUEngine: Engine {
  /// `cpu`.
  public let name = "cpu"
  /// The network that it runs.
  public let network: NetworkDescription
  /// The gradients so far, in the order of the parameters.
  public internal(set) var gradients: [[Float]]

  /// The fraction of counts that are not 0 in the last batch.
  public internal(set) var countFraction = 0.0

  /// The fraction of ones among the inputs of the convolutions but the first, and of the first
  /// linear layer, in the last batch; with average pooling four bits make an input.
  public internal(set) var inputFractions: [Double] = []

  /// The fraction of the linear layers' inputs that are not 0, and whether the pass was a
  /// training's, in the last batch.
  var linearInputs: (fractions: [Double], isTraining: Bool) = ([], false)

  /// The fraction of ones above which a convolution takes its inputs as numbers.
  var denseFraction = DenseConvolution.fraction

  let blocks: NetworkBlocks
  let context: KernelContext
  /// What sums over the processes that train the network together.
  public let reducer: any Reducer
  let buffers: EngineBuffers
  var clock: StageClock
  var current: NetworkState

  /// Makes an engine for a network in a given state, which must fit it.
  ///
  /// - Parameters:
  ///   - threadCount: How many threads work at a time.
  ///   - instructionSet: Which kernels run; one that this machine has.
  ///   - reducer: What sums over the processes that train together.
  public init(
    network: NetworkDescription, state: NetworkState, threadCount: Int,
    instructionSet: InstructionSet? = nil, reducer: any Reducer = SingleProcess()
  ) {
    state.requireFit(to: network)
    precondition(threadCount >= 1, "\(threadCount) threads")
    let available = InstructionSet.available
    let chosen = instructionSet ?? available.last ?? .baseline
    precondition(available.contains(chosen), "this machine has no \(chosen)")
    self.network = network
    self.reducer = reducer
    blocks = network.blocks
    context = KernelContext(workers: Workers(threadCount: threadCount), instructionSet: chosen)
    clock = StageClock(context.workers.loopTime)
    buffers = EngineBuffers(
      blockCount: blocks.convolutions.count, linearCount: blocks.linears.count)
    current = state
    gradients = Self.zeros(network)
  }

  /// Threads that compute: fewer than asked for where the system gives no more.
  public var threadCount: Int { context.workers.threadCount }

  /// The instruction set of its kernels.
  public var instructionSet: InstructionSet { context.instructionSet }

  /// The name and the instruction set, as in `cpu (avx512)`.
  public var summary: String { "\(name) (\(instructionSet.rawValue))" }

  /// Which bits it computes: in float32 the same with every instruction set.
  ///
  /// dvskit 0.1.0, whose checkpoints note no version, counts as `1`. In bfloat16 it matters whether
  /// the instruction set multiplies such numbers.
  public func numerics(_ precision: Precision) -> NumericsVersion {
    switch precision {
    case .float32: NumericsVersion("2")
    case .bfloat16:
      NumericsVersion(
        instructionSet.multipliesBFloat16
          ? "2 (dot products of bfloat16)" : "2 (rounded to bfloat16)")
    }
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
    let pass = try forward(batch, dropout: dropout, precision: options.precision)
    let result = result(of: pass, batch, loss: options.loss)
    let rateGradient = options.loss.gradient(
      rates: result.rates, labels: batch.labels, sampleCount: pass.totalSampleCount)
    let readout = Readout(network, frameCounts: batch.frameCounts)
    var spikeGradient = Buffer(
      readout.spikeGradient(rateGradient.map { $0 * options.scale }))
    var stride = network.classCount * network.neuronsPerClass
    for (block, trace) in zip(blocks.linears, pass.linears).reversed() {
      spikeGradient = backward(
        block, trace, spikeGradient, spikeStride: stride,
        factors: block.dropoutIndex.map { dropout.factors[$0] })
      stride = trace.linear.inputGradientStride
    }
    let pooledGradient = pooledGradient(
      spikeGradient, stride: stride, sampleCount: batch.sampleCount)
    clock.end(.linear, blocks.convolutions.count)
    try backward(pass, pooledGradient: pooledGradient, options.precision)
    return result
  }

  /// Runs a batch in evaluation mode: running statistics, no dropout, float32.
  public func evaluate(_ batch: LabelledFrames, loss: Loss) throws(EngineError) -> BatchResult {
    clock.begin()
    return result(
      of: try forward(batch, dropout: nil, precision: .float32), batch, loss: loss)
  }

  /// The name of the first parameter, in the order of the layers, with a gradient that is no finite
  /// number.
  public func firstParameterWithNonFiniteGradient() -> String? {
    zip(network.parameters, gradients).first { !isFinite($1) }?.0.name
  }

  /// Sums the gradients over all processes that train together.
  public func reduceGradients() throws(EngineError) {
    for number in gradients.indices { try reducer.sum(&gradients[number]) }
  }

  /// Lets the optimizer take a step along the gradients, and sets them to 0.
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
    context.workers.forEachRange(of: gradient.count, size: size) { places in
      let areFinite = gradient[places].allSatisfy(\.isFinite)
      // Safe: the range's own place.
      unsafe found.begin(sample: places.lowerBound / size).pointee = areFinite ? 0 : 1
    }
    return found.wideTotal() == [0]
  }

  private func clearGradients() {
    for number in gradients.indices {
      unsafe gradients[number].withUnsafeMutableBufferPointer { gradient in
        nonisolated(unsafe) let gradient = unsafe gradient
        unsafe context.workers.forEachRange(of: gradient.count, size: 1 << 16) { places in
          // Safe: the range is the array's.
          for place in places { unsafe gradient[place] = 0 }
        }
      }
    }
  }

  private static func zeros(_ network: NetworkDescription) -> [[Float]] {
    network.parameters.map { [Float](repeating: 0, count: $0.valueCount) }
  }
}
