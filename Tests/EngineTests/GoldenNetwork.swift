import SpikingNetwork
import Testing

/// The content of a golden `net_` file.
struct GoldenNetwork {
  let network: NetworkDescription
  let optimizer: Optimizer
  let learningRate: Double
  let batch: LabelledFrames
  let dropout: DropoutMasks
  let initial: NetworkState
  let losses: [Double]
  let firstRates: [Float]
  let firstSpikeCounts: [[Int]]
  let firstGradients: [[Float]]
  let firstStatistics: [[Float]]
  let firstParameters: [[Float]]
  let finalParameters: [[Float]]
  /// The final parameters, with the statistics used in evaluation.
  let evaluated: NetworkState
  let evaluationRates: [Float]
  let evaluationSpikeCounts: [[Int]]

  init(_ name: String) throws {
    let file = try GoldenFolder.open(name)
    let network = try file.network()
    self.network = network
    let isAdam = try file.text("optimizer") == "adam"
    optimizer = isAdam ? .adam : .sgd(momentum: try file.number("momentum"))
    learningRate = try file.number("lr")
    batch = try Self.batch(file, network)
    let kept = Float(1 / (1 - network.dropoutProbability))
    var masks: [[Float]] = []
    for number in network.blocks.dropoutFeatureCounts.indices {
      masks.append(try file.floats("dropout_mask\(number + 1)").map { $0 * kept })
    }
    dropout = DropoutMasks(factors: masks)
    // Older files, without the attribute `net`, use other tensor names.
    let isNamedLikeOurs = try file.text("net") != nil
    let golden = { (name: String) in isNamedLikeOurs ? name : Self.goldenName(name) }
    let parameterNames = network.parameters.map { golden($0.name) }
    let statisticNames = network.statistics.map { golden($0.name) }
    let start = NetworkState(initial: network, seed: 0)
    initial = NetworkState(
      parameters: try Self.tensors("init", parameterNames, file), statistics: start.statistics)
    losses = try file.doubles("losses")
    firstRates = try file.floats("step1/firing_rate")
    firstSpikeCounts = try Self.spikeCounts("step1", network, file)
    firstGradients = try Self.tensors("step1/grad", parameterNames, file)
    firstStatistics = try Self.tensors("step1/running", statisticNames, file)
    firstParameters = try Self.tensors("step1/updated", parameterNames, file)
    finalParameters = try Self.tensors("final", parameterNames, file)
    evaluated = NetworkState(
      parameters: finalParameters,
      statistics: try Self.tensors("eval/running", statisticNames, file))
    evaluationRates = try file.floats("eval/firing_rate")
    evaluationSpikeCounts = try Self.spikeCounts("eval", network, file)
  }

  private static func tensors(
    _ group: String, _ names: [String], _ file: borrowing GoldenFile
  ) throws -> [[Float]] {
    var result: [[Float]] = []
    for name in names { result.append(try file.floats("\(group)/\(name)")) }
    return result
  }

  private static func spikeCounts(
    _ group: String, _ network: NetworkDescription, _ file: borrowing GoldenFile
  ) throws -> [[Int]] {
    var result: [[Int]] = []
    for layer in 1...network.neuronLayers.count {
      result.append(try file.floats("\(group)/spike_count_per_channel/\(layer)").map { Int($0) })
    }
    return result
  }

  /// The batch, with counts transposed from the file's `[T, N, polarities, H, W]` to
  /// `[N, T, polarities, H, W]`.
  private static func batch(
    _ file: borrowing GoldenFile, _ network: NetworkDescription
  ) throws -> LabelledFrames {
    let counts = try file.floats("input_counts").map { UInt16($0) }
    let labels = try file.floats("labels").map { UInt8($0) }
    let frameCount = network.input.valueCount
    var ordered: [UInt16] = []
    for sample in labels.indices {
      for step in 0..<network.frameCount {
        let start = (step * labels.count + sample) * frameCount
        ordered += counts[start..<start + frameCount]
      }
    }
    return LabelledFrames(
      counts: .uint16(ordered), labels: labels.map { UInt16($0) },
      frameCounts: labels.map { _ in network.frameCount })
  }

  /// The name in older golden files: `conv2.weight` for `conv.4.weight`, `bn2.beta` for
  /// `conv.5.bias`, `lif6.w` for `fc.3.w`.
  private static func goldenName(_ name: String) -> String {
    let parts = name.split(separator: ".").map(String.init)
    guard parts.count == 3, let index = Int(parts[1]) else { return name }
    if parts[0] == "fc" {
      return parts[2] == "w" ? "lif\(6 + (index - 3) / 3).w" : "fc\(1 + (index - 2) / 3).weight"
    }
    let block = index / 4 + 1
    switch (index % 4, parts[2]) {
    case (0, _): return "conv\(block).weight"
    case (1, "weight"): return "bn\(block).gamma"
    case (1, "bias"): return "bn\(block).beta"
    case (2, _): return "lif\(block).w"
    default: return "bn\(block).\(parts[2])"
    }
  }
}

extension GoldenFile {
  /// The network that the attributes describe.
  borrowing func network() throws -> NetworkDescription {
    let stepMode = StepMode(rawValue: try text("step_mode") ?? "m")
    let frameCount = Int(try number("T"))
    guard let notation = try text("net") else {
      let pooling = Pooling(rawValue: try text("pool") ?? "max")
      return NetworkDescription(
        frameCount: frameCount, channelCount: Int(try number("channels")),
        neuron: try neuron(), pooling: try #require(pooling), stepMode: try #require(stepMode),
        dropoutProbability: try number("dropout"))
    }
    return try NetworkDescription(
      notation: notation,
      input: ImageShape(
        channelCount: Int(try number("polarities")), height: Int(try number("height")),
        width: Int(try number("width"))),
      classCount: Int(try number("classes")), frameCount: frameCount, neuron: try neuron(),
      stepMode: try #require(stepMode), dropoutProbability: try number("dropout"))
  }
}
