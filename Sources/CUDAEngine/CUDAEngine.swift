public import SpikingNetwork

/// The engine for NVIDIA's GPUs, Turing or newer.
///
/// Spikes are bits. Matrix products run on tensor cores, as exactly as in float32: each weight or
/// gradient is split into two float16 halves. Sums have a fixed order, so the same device always
/// computes the same bits.
public final class CUDAEngine: Engine {
  /// `cuda`.
  public let name = "cuda"
  /// The network that it runs.
  public let network: NetworkDescription
  /// A single process.
  public var reducer: any Reducer { SingleProcess() }

  let device: Device
  /// The instructions of matrix products.
  let instructions: ProductInstructions
  let blocks: NetworkBlocks
  let parameters: ParameterMemory
  let first: FirstLayer
  /// The convolutions after the first, then the linear layers.
  let layers: [ProductLayer]
  /// Two buffers of gradients with respect to the spikes between layers: a layer's backward pass
  /// reads one and writes the other.
  let spikeGradients: [GrowingArray<Float>]
  let spikeCounters: SpikeCounters
  /// The spike counts and output spikes of a batch, copied from the device.
  let results: HostMemory
  /// The gradient with respect to the output spikes, copied to the device.
  let outputGradient: HostMemory

  private var normUpdateCount = 0
  private var optimizerSlots: [String: DeviceArray<Float>] = [:]
  private var optimizerStepCount = 0
  /// Whether the packed weights are those of the current parameters.
  private var weightsArePacked = false
  /// Whether all gradients are finite; `nil` if that has not been checked since they changed.
  private var gradientsAreFinite: Bool?

  /// Makes an engine for a network in a given state, which must fit it.
  ///
  /// - Parameters:
  ///   - driver: NVIDIA's driver, or an emulation of it.
  ///   - ordinal: The device's index, from 0.
  ///   - instructions: The instructions of matrix products.
  ///   - image: Returns the kernels for an architecture, as PTX that ends with a zero byte.
  /// - Throws: ``EngineError`` if the device does not exist, cannot be used or has too little
  ///   memory.
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

  /// The name with the device's, as in `cuda (NVIDIA H100 80GB HBM3)`.
  public var summary: String { "\(name) (\(device.name))" }

  /// Identifies the exact results, which depend on the kernels, the architecture and the precision.
  public func numerics(_ precision: Precision) -> NumericsVersion {
    NumericsVersion(
      "cuda 1 (sm_\(device.architecture)\(instructions == .tensor ? "" : ", \(instructions)")"
        + "\(precision == .bfloat16 ? ", float16" : ""))")
  }

  // MARK: State

  /// Weights, statistics and the optimizer's memory.
  public var state: NetworkState {
    get { onDevice { () throws(EngineError) in try self.currentState() } }
    set {
      newValue.requireFit(to: network)
      onDevice { () throws(EngineError) in try self.set(newValue) }
    }
  }

  /// The accumulated gradients, in the order of the parameters.
  public var gradients: [[Float]] {
    onDevice { () throws(EngineError) in try self.parameters.values(self.parameters.gradients) }
  }

  /// The name of the first parameter, in the order of the layers, whose gradient is not finite.
  ///
  /// After ``reduceGradients()`` it does not wait for the device if all gradients are finite.
  public func firstParameterWithNonFiniteGradient() -> String? {
    let areFinite =
      gradientsAreFinite
      ?? onDevice { () throws(EngineError) in
        try self.parameters.gradientsAreFinite(on: self.device)
      }
    if areFinite { return nil }
    return zip(network.parameters, gradients).first { !$1.allSatisfy(\.isFinite) }?.0.name
  }

  /// Runs work on the device for callers that cannot throw.
  ///
  /// An error ends the process: a throwing call before it has already reported a failed device.
  func onDevice<Result>(_ body: () throws(EngineError) -> Result) -> Result {
    do throws(EngineError) {
      try device.makeCurrent()
      return try body()
    } catch {
      fatalError("\(error)")
    }
  }

  private func currentState() throws(EngineError) -> NetworkState {
    var statistics: [[Float]] = []
    for (mean, variance) in runningStatistics {
      statistics.append(try mean.values(filler: 0))
      statistics.append(try variance.values(filler: 0))
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
    for (index, layer) in runningStatistics.enumerated() {
      try layer.mean.set(state.statistics[2 * index])
      try layer.variance.set(state.statistics[2 * index + 1])
    }
    normUpdateCount = state.normUpdateCount
    optimizerStepCount = state.optimizerStepCount
    optimizerSlots = [:]
    for (name, values) in state.optimizerSlots {
      try parameters.set(values, in: slot(name))
    }
    weightsArePacked = false
    gradientsAreFinite = nil
  }

  /// The running statistics, in the order of the layers.
  private var runningStatistics: [(mean: DeviceArray<Float>, variance: DeviceArray<Float>)] {
    [first.runningStatistics] + layers.compactMap(\.runningStatistics)
  }

  /// The array of an optimizer's slot, set to 0 on first use.
  private func slot(_ name: String) throws(EngineError) -> DeviceArray<Float> {
    if let existing = optimizerSlots[name] { return existing }
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

  /// Runs a batch in training mode and adds its gradients to ``gradients``.
  public func accumulateGradients(
    _ batch: LabelledFrames, dropout: DropoutMasks, options: GradientOptions
  ) throws(EngineError) -> BatchResult {
    dropout.requireFit(to: network, sampleCount: batch.sampleCount)
    let usesFloat16 = options.precision == .bfloat16
    gradientsAreFinite = nil
    try forward(batch, dropout: dropout, usesFloat16: usesFloat16)
    normUpdateCount += network.stepMode == .singleStep ? network.frameCount : 1
    let result = try result(batch, loss: options.loss)
    let rateGradient = options.loss.gradient(
      rates: result.rates, labels: batch.labels, sampleCount: batch.sampleCount)
    try backward(
      batch, rateGradient: rateGradient.map { $0 * options.scale }, dropout: dropout,
      usesFloat16: usesFloat16)
    return result
  }

  /// Runs a batch in evaluation mode: running statistics, no dropout, float32.
  public func evaluate(_ batch: LabelledFrames, loss: Loss) throws(EngineError) -> BatchResult {
    try forward(batch, dropout: nil, usesFloat16: false)
    return try result(batch, loss: loss)
  }

  /// Waits for the gradients and checks whether they are finite; there are no other processes to
  /// sum over.
  ///
  /// - Throws: ``EngineError`` if a kernel of the backward pass failed.
  public func reduceGradients() throws(EngineError) {
    try device.makeCurrent()
    gradientsAreFinite = try parameters.gradientsAreFinite(on: device)
  }

  /// Takes an optimizer step with the gradients, then sets them to 0.
  public func update(by optimizer: Optimizer, learningRate: Double) throws(EngineError) {
    try device.makeCurrent()
    gradientsAreFinite = nil
    optimizerStepCount += 1
    let slots = try slots(of: optimizer)
    try parameters.update(
      by: optimizer.factors(stepCount: optimizerStepCount, learningRate: learningRate),
      first: slots[0], second: slots[slots.count - 1], on: device)
    weightsArePacked = false
  }

  /// Packs the weights for the product kernels if they have changed since the last time.
  func packWeights() throws(EngineError) {
    if weightsArePacked { return }
    try first.packWeights()
    for (index, layer) in layers.enumerated() {
      device.clock?.layer = index + 1
      try layer.packWeights()
    }
    device.clock?.layer = 0
    weightsArePacked = true
  }
}
