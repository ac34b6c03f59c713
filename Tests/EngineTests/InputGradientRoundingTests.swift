import RandomStreams
import SpikingNetwork
import Testing

@testable import CPUEngine

/// Rounding errors of the algorithms for a convolution's input gradient, compared with float64.
@Suite("Rounding of the input gradient")
struct InputGradientRoundingTests {
  /// A random gradient and random weights.
  struct Problem {
    let channelCount: Int
    let sideLength: Int
    /// `[side, side, C]`, padded.
    var gradient: [Float]
    /// `[out, in, 3, 3]`.
    var weights: [Float]

    init(channelCount: Int, sideLength: Int) {
      var words = SplitMix64(seed: UInt64(channelCount * 1000 + sideLength))
      let bound = 1 / Float(9 * channelCount).squareRoot()
      self.channelCount = channelCount
      self.sideLength = sideLength
      weights = (0..<channelCount * channelCount * 9).map { _ in (2 * words.uniform() - 1) * bound }
      let padded = (channelCount + 15) / 16 * 16
      gradient = (0..<sideLength * sideLength * padded).map { index in
        index % padded < channelCount ? 2 * words.uniform() - 1 : 0
      }
    }

    /// The same problem with all values rounded to bfloat16.
    var rounded: Problem {
      var problem = self
      problem.gradient = gradient.map(Precision.bfloat16.rounded)
      problem.weights = weights.map(Precision.bfloat16.rounded)
      return problem
    }

    var paddedCount: Int { (channelCount + 15) / 16 * 16 }

    /// The first 16 channels at each pixel by the definition: products are added sequentially.
    ///
    /// - Parameter byTap: Whether the products of each tap are summed first, as nine matrix
    ///   products would.
    func direct<Value: SIMDScalar & BinaryFloatingPoint>(
      _: Value.Type, byTap: Bool = false
    ) -> [SIMD16<Value>] {
      // Filters rotated by 180°, `[tap, out]`, for 16 inputs.
      var filters = [SIMD16<Value>](repeating: .zero, count: 9 * channelCount)
      for output in 0..<channelCount {
        for input in 0..<min(16, channelCount) {
          for tap in 0..<9 {
            filters[(8 - tap) * channelCount + output][input] =
              Value(weights[(output * channelCount + input) * 9 + tap])
          }
        }
      }
      var result: [SIMD16<Value>] = []
      result.reserveCapacity(sideLength * sideLength)
      for row in 0..<sideLength {
        for column in 0..<sideLength {
          var total = SIMD16<Value>.zero
          for tap in 0..<9 {
            let (fromRow, fromColumn) = (row + tap / 3 - 1, column + tap % 3 - 1)
            guard (0..<sideLength).contains(fromRow), (0..<sideLength).contains(fromColumn) else {
              continue
            }
            let from = (fromRow * sideLength + fromColumn) * paddedCount
            var sum = byTap ? .zero : total
            for output in 0..<channelCount {
              sum += filters[tap * channelCount + output] * Value(gradient[from + output])
            }
            total = byTap ? total + sum : sum
          }
          result.append(total)
        }
      }
      return result
    }

    /// The result of the engine.
    func computed(
      tileSize: Int, usesBFloat16: Bool = false, _ instructionSet: InstructionSet
    ) -> [SIMD16<Float>] {
      let shape = StageShape(
        stepCount: 1, sampleCount: 1, height: sideLength, width: sideLength,
        inputChannelCount: channelCount, channelCount: channelCount, inputBitPlaneCount: 1,
        pooling: .maximum)
      let layer = InputGradient(
        shape: shape, tileSize: tileSize, usesBFloat16: usesBFloat16,
        context: KernelContext(
          workers: Workers(threadCount: 1), instructionSet: instructionSet))
      let result = Buffer<Float>(count: gradient.count)
      layer.run(
        Buffer(gradient), sampleCount: 1, packedWeights: layer.packed(Buffer(weights)),
        into: result,
        firstSample: 0)
      let values = result.values
      return (0..<sideLength * sideLength).map { index in
        SIMD16(values[index * paddedCount..<index * paddedCount + 16])
      }
    }
  }

  /// ‖found − exact‖ / ‖exact‖ over the first channels, at most 16.
  static func error(_ found: [SIMD16<Float>], _ exact: [SIMD16<Double>]) -> Double {
    var (difference, norm) = (0.0, 0.0)
    for (value, reference) in zip(found, exact) {
      let off = SIMD16<Double>(value) - reference
      difference += (off * off).sum()
      norm += (reference * reference).sum()
    }
    return (difference / norm).squareRoot()
  }

  /// The tile size of each algorithm, and its bound as a multiple of the error of plain sums.
  ///
  /// The default, F(4×4, 3×3), was required to stay within 12; F(2×2, 3×3) should be much more
  /// accurate.
  static let bounds = [(tileSize: 4, bound: 12.0), (tileSize: 2, bound: 3)]

  /// The errors of each case are attached as a file; keep them with
  /// `swift test --attachments-path DIR`.
  @Test(
    "at most 12 times the error of plain sums in float32, even tap by tap, for every algorithm and instruction set",
    arguments: [8, 24, 33, 128, 160], [8, 16, 32, 64])
  func rounding(channelCount: Int, sideLength: Int) {
    let problem = Problem(channelCount: channelCount, sideLength: sideLength)
    let exact = problem.direct(Double.self)
    let plain = Self.error(problem.direct(Float.self), exact)
    let byTap = Self.error(problem.direct(Float.self, byTap: true), exact)
    #expect(byTap > 5e-8 && byTap < plain && plain < 1e-6, "otherwise this is not float32")
    var lines = "plain sums \(plain), tap by tap \(byTap)\n"
    for instructionSet in InstructionSet.available {
      for (tileSize, bound) in Self.bounds {
        let error = Self.error(problem.computed(tileSize: tileSize, instructionSet), exact)
        let line =
          "\(instructionSet), F(\(tileSize)×\(tileSize)): \(error), \(error / plain) times plain sums, "
          + "\(error / byTap) times those tap by tap"
        #expect(error > 0 && error <= bound * plain, "\(line)")
        #expect(error <= bound * byTap, "\(line)")
        lines += line + "\n"
      }
    }
    Attachment.record(lines, named: "rounding_\(channelCount)_\(sideLength).txt")
  }

  @Test(
    "with bfloat16, at most 12 times the error of plain products of bfloat16",
    .enabled(if: InstructionSet.available.contains(.avx512bf16)),
    arguments: [8, 33, 128, 160], [8, 16, 32, 64])
  func bfloat16(channelCount: Int, sideLength: Int) {
    let problem = Problem(channelCount: channelCount, sideLength: sideLength)
    let exact = problem.direct(Double.self)
    let plain = Self.error(problem.rounded.direct(Double.self).map { SIMD16<Float>($0) }, exact)
    #expect(plain > 1e-3 && plain < 4e-3, "otherwise this is not bfloat16")
    for (tileSize, bound) in Self.bounds {
      let found = problem.computed(tileSize: tileSize, usesBFloat16: true, .avx512bf16)
      let error = Self.error(found, exact)
      #expect(error > plain && error <= bound * plain, "\(error), \(error / plain) times")
    }
  }
}
