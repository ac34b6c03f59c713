import RandomStreams
import SpikingNetwork
import Testing

@testable import CPUEngine

/// In evaluation, a sample's results do not depend on the others in its batch.
@Suite("Evaluated samples")
struct SampleIndependenceTests {
  private static let sampleCount = 5

  @Test(
    "samples give the same bits alone and in a batch, with spikes as bits, as float32, or mixed",
    arguments: InstructionSet.available, [1, 3])
  func batches(_ instructionSet: InstructionSet, threadCount: Int) throws {
    let network = NetworkDescription(
      frameCount: 3, channelCount: 17, sideLength: 64,
      pooling: threadCount == 1 ? .maximum : .average)
    let samples = Self.samples(network)
    let state = EngineAgreementTests.firingState(network)
    // The threshold is the fraction of spikes in the whole batch: some samples have more, some
    // fewer.
    let fractions = try (samples + [Self.joined(samples)]).map { sample in
      let engine = CPUEngine(network: network, state: state, threadCount: 1)
      _ = try engine.evaluate(sample, loss: .meanSquaredError)
      return engine.inputFractions[0]
    }
    let threshold = try #require(fractions.last)
    #expect(try #require(fractions.min()) < threshold)
    #expect(try #require(fractions.max()) > threshold)
    for denseFraction in [.infinity, -1, threshold] {
      let configuration = CPUConfiguration(
        instructionSet: instructionSet, denseFraction: denseFraction, threadCount: threadCount)
      let engine = configuration.make(network, state)
      let alone = try samples.map { try engine.evaluate($0, loss: .meanSquaredError) }
      let together = try engine.evaluate(Self.joined(samples), loss: .meanSquaredError)
      #expect(together.rates == alone.flatMap(\.rates), "\(configuration)")
      for layer in together.spikeCounts.indices {
        let sums = alone.dropFirst().reduce(alone[0].spikeCounts[layer]) { sums, result in
          zip(sums, result.spikeCounts[layer]).map { $0 + $1 }
        }
        #expect(together.spikeCounts[layer] == sums, "\(configuration), layer \(layer)")
      }
      #expect(together.spikeCounts[3].contains { $0 > 0 }, "otherwise little is compared")
    }
  }

  @Test(
    "convolution sums are the same, bit for bit, with spikes of some samples as bits and of others as float32",
    arguments: InstructionSet.available)
  func convolutionSums(_ instructionSet: InstructionSet) {
    var words = SplitMix64(seed: 7)
    let weights = (0..<9 * 64 * 32).map { _ in Float(words.integer(below: 1 << 20)) / 1e6 - 0.5 }
    let sampleCount = 4
    let wordCount = 2 * 64
    // 1/8 to 4/8 of the bits are spikes, so that half of the samples are above the threshold.
    let bits = (0..<sampleCount * wordCount).map { index in
      (0..<UInt64(64)).reduce(UInt64(0)) { word, bit in
        words.integer(below: 8) <= index / wordCount ? word | 1 << bit : word
      }
    }
    func isDense(_ bits: [UInt64]) -> [Bool] {
      stride(from: 0, to: bits.count, by: wordCount).map { first in
        let count = bits[first..<first + wordCount].reduce(0) { $0 + $1.nonzeroBitCount }
        return Double(count) / Double(64 * wordCount) > DenseConvolution.fraction
      }
    }
    #expect(Set(isDense(bits)) == [true, false])
    func sums(_ bits: [UInt64]) -> [Float] {
      let shape = StageShape(
        stepCount: 2, sampleCount: bits.count / wordCount, height: 8, width: 8,
        inputChannelCount: 64, channelCount: 32, inputBitPlaneCount: 1, pooling: .maximum)
      let stage = SpikeStage(
        SpikeConvolution(
          shape: shape,
          context: KernelContext(
            workers: Workers(threadCount: 2), instructionSet: instructionSet)),
        input: Buffer(bits), weights: Buffer(weights), isDense: isDense(bits))
      let values = Buffer<Float>(count: shape.sampleCount * shape.sampleValueCount)
      _ = stage.convolve(into: values, groupCount: 1)
      return values.values
    }
    let alone = (0..<sampleCount).flatMap { number in
      sums(Array(bits[number * wordCount..<(number + 1) * wordCount]))
    }
    let isSame = sums(bits) == alone
    #expect(isSame)
  }

  /// Samples with increasing numbers of events.
  private static func samples(_ network: NetworkDescription) -> [LabelledFrames] {
    (0..<sampleCount).map { number in
      var words = SplitMix64(seed: UInt64(number))
      let count = network.frameCount * network.input.valueCount
      let counts = (0..<count).map { _ in
        words.integer(below: 10) <= 2 * number ? UInt8(words.integer(below: 6)) : 0
      }
      return LabelledFrames(
        counts: .uint8(counts), labels: [UInt16(number)], frameCounts: [network.frameCount])
    }
  }

  private static func joined(_ samples: [LabelledFrames]) -> LabelledFrames {
    let counts = samples.flatMap { sample -> [UInt8] in
      guard case .uint8(let counts) = sample.counts else { return [] }
      return counts
    }
    return LabelledFrames(
      counts: .uint8(counts), labels: samples.flatMap(\.labels),
      frameCounts: samples.flatMap(\.frameCounts))
  }
}
