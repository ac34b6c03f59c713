public import SpikingNetwork

/// The engine for NVIDIA's GPUs, from Turing on.
///
/// Spikes are bits; products run on tensor cores, of numbers that are split into halves of float16,
/// as exactly as float32's. The same device computes the same bits each time: sums have a fixed
/// order.
public final class CUDAEngine: Engine {
  /// `cuda`.
  public let name = "cuda"
  /// The network that it runs.
  public let network: NetworkDescription
  /// What sums over the processes that train together: one.
  public var reducer: any Reducer { SingleProcess() }

  let device: Device
  /// What multiplies.
  let instructions: ProductInstructions
  let blocks: NetworkBlocks
  let parameters: ParameterMemory
  let first: FirstLayer
  /// The other convolutions, then the linear layers.
  let layers: [ProductLayer]
  /// The gradients with respect to the spikes between layers, one in use and one to be filled.
  let spikeGradients: [GrowingArray<Float>]
  let spikeCounters: SpikeCounters
  /// What comes back from a batch, and the gradient that goes there.
  let results: HostMemory
  let outputGradient: HostMemory

  private var normUpdateCount = 0
  private var optimizerSlots: [String: DeviceArray<Float>] = [:]
  private var optimizerStepCount = 0
  private var arePacked = false
  /// Whether all gradients are finite, where that has been asked since they changed.
  private var gradientsAreFinite: Bool?

  /// Makes an engine for a network in a given state, which must fit it.
  ///
  /// - Parameters:
  ///   - driver: The driver, or what stands in for it.
  ///   - instructions: What multiplies.
  ///   - image: Gives the kernels for an architecture, as PTX that ends with a 0.
  /// - Throws: ``EngineError`` when there is no such device, or it has too little memory.
  package init(
    network: NetworkDescription, state: NetworkState, driver: DriverLibrary, ordinal: Int,
    instructions: ProductInstructions = .tensor, image: (_ architecture: Int) -> [UInt8]
  ) throws(EngineError) {
    state.requireFit(to: network)
    self.network = network
    self.instructions = instructions
    blocks = network.blocks
    device = try Device(driver, ordinal: ordinal, image: image)
    let workspace = Workspace(device)
    parameters = try ParameterMemory(network, device)
    let shapes = LayerShape.shapes(of: network, sampleCount: 1)
    let spikeCounters = try SpikeCounters(shapes, device)
    self.spikeCounters = spikeCounters
    first = try FirstLayer(
      shapes[0], network, blocks.convolutions[0], parameters, workspace,
      instructions: instructions, spikeCounts: spikeCounters.address(ofLayer: 0))
    var layers: [ProductLayer] = []
    let tensors =
      blocks.convolutions.dropFirst().map { ($0.tensors, Optional($0.norm)) }
      + blocks.linears.map { ($0.tensors, nil) }
    for (index, (tensors, norm)) in tensors.enumerated() {
      layers.append(
        try ProductLayer(
          shapes[index + 1], network, tensors: tensors, norm: norm, parameters, workspace,
          instructions: instructions, spikeCounts: spikeCounters.address(ofLayer: index + 1)))
    }
    self.layers = layers
    spikeGradients = [GrowingArray(device), GrowingArray(device)]
    results = HostMemory(device)
    outputGradient = HostMemory(device)
    try set(state)
  }

  /// The name with the device, as in `cuda (NVIDIA H100 80GB HBM3)`.
  public var summary: String { "\(name) (\(device.name))" }

  /// Which bits it computes: those of its kernels, on a kind of device.
  public func numerics(_ precision: Precision) -> NumericsVersion {
    NumericsVersion(
      "cuda 1 (sm_\(device.architecture)\(instructions == .tensor ? "" : ", \(instructions)")"
        + "\(precision == .bfloat16 ? ", float16" : ""))")
  }

  // MARK: State

  /// Weights, statistics and the optimizer's memory.
  public var state: NetworkState {
    get { read { () throws(EngineError) in try self.currentState() } }
    set {
      newValue.requireFit(to: network)
      read { () throws(EngineError) in try self.set(newValue) }
    }
  }

  /// The gradients so far, in the order of the parameters.
  public var gradients: [[Float]] {
    read { () throws(EngineError) in try self.parameters.values(self.parameters.gradients) }
  }

  /// The name of the first parameter, in the order of the layers, with a gradient that is no finite
  /// number; behind ``reduceGradients()`` without asking the device.
  public func firstParameterWithNonFiniteGradient() -> String? {
    let areFinite =
      gradientsAreFinite
      ?? read { () throws(EngineError) in
        try self.parameters.gradientsAreFinite(on: self.device)
      }
    if areFinite { return nil }
    return zip(network.parameters, gradients).first { !$1.allSatisfy(\.isFinite) }?.0.name
  }

  /// What a device does that has failed cannot be thrown from here; the call before it did.
  func read<Result>(_ body: () throws(EngineError) -> Result) -> Result {
    do throws(EngineError) {
      try device.use()
      return try body()
    } catch {
      fatalError("\(error)")
    }
  }

  private func currentState() throws(EngineError) -> NetworkState {
    var statistics: [[Float]] = []
    for running in running {
      statistics.append(try running.mean.values(filler: 0))
      statistics.append(try running.variance.values(filler: 0))
    }
    var state = NetworkState(
      parameters: try parameters.values(parameters.parameters), statistics: statistics,
      normUpdateCount: normUpdateCount)
    for (name, array) in optimizerSlots {
      state.optimizerSlots[name] = try parameters.values(array)
    }
    state.optimizerStepCount = optimizerStepCount
    return state
  }

  private func set(_ state: NetworkState) throws(EngineError) {
    try parameters.set(state.parameters, in: parameters.parameters)
    try parameters.gradients.clear()
    for (index, running) in running.enumerated() {
      try running.mean.set(state.statistics[2 * index])
      try running.variance.set(state.statistics[2 * index + 1])
    }
    normUpdateCount = state.normUpdateCount
    optimizerStepCount = state.optimizerStepCount
    optimizerSlots = [:]
    for (name, values) in state.optimizerSlots {
      try parameters.set(values, in: slot(name))
    }
    arePacked = false
    gradientsAreFinite = nil
  }

  /// The running statistics, in the order of the layers.
  private var running: [(mean: DeviceArray<Float>, variance: DeviceArray<Float>)] {
    [first.running] + layers.compactMap(\.running)
  }

  /// The array of an optimizer's slot, which is 0 when it is first asked for.
  private func slot(_ name: String) throws(EngineError) -> DeviceArray<Float> {
    if let known = optimizerSlots[name] { return known }
    let array = name == "exp_avg_sq" ? parameters.secondSlot : parameters.firstSlot
    try array.clear()
    optimizerSlots[name] = array
    return array
  }

  private func slots(of optimizer: Optimizer) throws(EngineError) -> [DeviceArray<Float>] {
    var slots: [DeviceArray<Float>] = []
    for name in optimizer.slotNames { slots.append(try slot(name)) }
    return slots
  }

  // MARK: Work

  /// Runs a batch in training mode and adds its gradients to those that are there.
  public func accumulateGradients(
    _ batch: LabelledFrames, dropout: DropoutMasks, options: GradientOptions
  ) throws(EngineError) -> BatchResult {
    dropout.requireFit(to: network, sampleCount: batch.sampleCount)
    let isHalf = options.precision == .bfloat16
    gradientsAreFinite = nil
    try forward(batch, dropout: dropout, isHalf: isHalf)
    normUpdateCount += network.stepMode == .singleStep ? network.frameCount : 1
    let result = try result(batch, loss: options.loss)
    let rateGradient = options.loss.gradient(
      rates: result.rates, labels: batch.labels, sampleCount: batch.sampleCount)
    try backward(
      batch, rateGradient: rateGradient.map { $0 * options.scale }, dropout: dropout,
      isHalf: isHalf)
    return result
  }

  /// Runs a batch in evaluation mode: running statistics, no dropout, float32.
  public func evaluate(_ batch: LabelledFrames, loss: Loss) throws(EngineError) -> BatchResult {
    try forward(batch, dropout: nil, isHalf: false)
    return try result(batch, loss: loss)
  }

  /// Waits until the gradients are there, of the one process that there is.
  ///
  /// - Throws: ``EngineError`` where a kernel of the backward pass failed.
  public func reduceGradients() throws(EngineError) {
    try device.use()
    gradientsAreFinite = try parameters.gradientsAreFinite(on: device)
  }

  /// Lets the optimizer take a step along the gradients, and sets them to 0.
  public func update(by optimizer: Optimizer, learningRate: Double) throws(EngineError) {
    try device.use()
    gradientsAreFinite = nil
    optimizerStepCount += 1
    let slots = try slots(of: optimizer)
    try parameters.update(
      by: optimizer.factors(stepCount: optimizerStepCount, learningRate: learningRate),
      first: slots[0], second: slots[slots.count - 1], on: device)
    arePacked = false
  }

  /// Packs the weights where they have changed since.
  func packWeights() throws(EngineError) {
    if arePacked { return }
    try first.packWeights()
    for (index, layer) in layers.enumerated() {
      device.clock?.layer = index + 1
      try layer.packWeights()
    }
    device.clock?.layer = 0
    arePacked = true
  }
}
