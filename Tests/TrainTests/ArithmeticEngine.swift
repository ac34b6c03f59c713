import SpikingNetwork

/// A fast engine for tests: its results mean nothing, but depend on all of its inputs.
///
/// The order of batches, counts, labels, dropout, options, weights and statistics all change them.
final class ArithmeticEngine: Engine {
  let name = "arithmetic"
  let network: NetworkDescription
  var state: NetworkState
  private(set) var gradients: [[Float]]
  /// The number of batches before one whose gradient is NaN; `nil` for none.
  var batchesUntilNonFinite: Int?
  /// A factor for all gradients.
  var gradientScale: Float = 1
  /// The text of its numerics version.
  var numericsText = "arithmetic"
  /// Called before each training batch.
  var onBatch: () -> Void = {}
  /// The number of batches before one for which the engine fails; `nil` for none.
  var batchesUntilFailure: Int?

  init(network: NetworkDescription, state: NetworkState) {
    self.network = network
    self.state = state
    gradients = state.parameters.map { [Float](repeating: 0, count: $0.count) }
  }

  func numerics(_ precision: Precision) -> NumericsVersion { NumericsVersion(numericsText) }

  func accumulateGradients(
    _ batch: LabelledFrames, dropout: DropoutMasks, options: GradientOptions
  ) throws(EngineError) -> BatchResult {
    onBatch()
    if let left = batchesUntilFailure {
      batchesUntilFailure = left - 1
      if left == 0 { throw EngineError("out of memory") }
    }
    var sum = checksum(of: batch)
    for factors in dropout.factors {
      for factor in factors { sum = mix(sum, UInt64(factor.bitPattern)) }
    }
    for (number, values) in gradients.enumerated() {
      for index in values.indices {
        let noise = Float(mix(sum, UInt64(number << 20 + index)) >> 40) * 0x1p-24 - 0.5
        gradients[number][index] +=
          options.scale * gradientScale * (noise + state.parameters[number][index] / 8)
      }
    }
    for number in state.statistics.indices {
      for index in state.statistics[number].indices {
        state.statistics[number][index] += Float(sum >> 60) / 16
      }
    }
    state.normUpdateCount += 1
    if let left = batchesUntilNonFinite {
      batchesUntilNonFinite = left - 1
      if left == 0 { gradients[3][0] = .nan }
    }
    return result(batch, sum, options.loss)
  }

  func reduceGradients() throws(EngineError) {}

  func firstParameterWithNonFiniteGradient() -> String? {
    zip(network.parameters, gradients).first { !$0.1.allSatisfy(\.isFinite) }?.0.name
  }

  func update(by optimizer: Optimizer, learningRate: Double) throws(EngineError) {
    optimizer.update(&state, gradients: gradients, learningRate: learningRate)
    gradients = gradients.map { [Float](repeating: 0, count: $0.count) }
  }

  func evaluate(_ batch: LabelledFrames, loss: Loss) throws(EngineError) -> BatchResult {
    result(batch, checksum(of: batch), loss)
  }

  private func checksum(of batch: LabelledFrames) -> UInt64 {
    var sum: UInt64 = 0
    if case .uint8(let counts) = batch.counts {
      for index in stride(from: 0, to: counts.count, by: 61) {
        sum = mix(sum, UInt64(counts[index]))
      }
    }
    for label in batch.labels { sum = mix(sum, UInt64(label)) }
    for value in [state.parameters[0][0], state.statistics[0][0]] {
      sum = mix(sum, UInt64(value.bitPattern))
    }
    return sum
  }

  private func mix(_ sum: UInt64, _ value: UInt64) -> UInt64 {
    var mixed = (sum ^ value) &* 0x9E37_79B9_7F4A_7C15
    mixed ^= mixed >> 32
    return mixed &* 0xD6E8_FEB8_6659_FD93
  }

  private func result(_ batch: LabelledFrames, _ sum: UInt64, _ loss: Loss) -> BatchResult {
    let classCount = network.classCount
    var rates = [Float](repeating: 0, count: batch.sampleCount * classCount)
    for (sample, label) in batch.labels.enumerated() {
      let isCorrect = mix(sum, UInt64(sample)) >> 63 == 0
      rates[sample * classCount + (isCorrect ? Int(label) : (Int(label) + 3) % classCount)] = 0.5
    }
    return BatchResult(
      rates: rates, classCount: classCount, loss: loss.value(rates: rates, labels: batch.labels),
      // Neither silent nor saturated.
      spikeCounts: network.neuronLayers.enumerated().map { number, layer in
        [1 + (Int(sum >> 50) + number) % layer.neuronCount]
      })
  }
}
