import RandomStreams
import SpikingNetwork
import Testing

@testable import CPUEngine

/// Linear layers against their definition: plain loops with a fixed order of each sum.
@Suite("Linear layers")
struct LinearTests {
  struct Size: Sendable, CustomTestStringConvertible {
    let stepCount, sampleCount, inputCount, outputCount: Int
    var testDescription: String {
      "T \(stepCount), N \(sampleCount), \(inputCount) → \(outputCount)"
    }
  }

  /// Sizes below, at and above the kernels' block sizes: 4 samples, 16 and 32 inputs, 64 outputs, 8
  /// and 128 rows, 512 and 2048 inputs.
  static let sizes = [
    Size(stepCount: 1, sampleCount: 1, inputCount: 1, outputCount: 1),
    Size(stepCount: 3, sampleCount: 5, inputCount: 17, outputCount: 63),
    Size(stepCount: 2, sampleCount: 4, inputCount: 48, outputCount: 64),
    Size(stepCount: 16, sampleCount: 9, inputCount: 31, outputCount: 65),
    Size(stepCount: 4, sampleCount: 7, inputCount: 513, outputCount: 110),
    Size(stepCount: 2, sampleCount: 3, inputCount: 4100, outputCount: 70),
  ]

  /// Random inputs with a given fraction of zeros, weights, and gradients with respect to the
  /// outputs.
  struct Problem {
    let size: Size
    var input: [Float]
    var weights: [Float]
    var gradient: [Float]

    init(_ size: Size, zeroTenths: Int = 8) {
      var words = SplitMix64(seed: UInt64(size.inputCount * size.outputCount))
      func number() -> Float { 2 * words.uniform() - 1 }
      let rows = size.stepCount * size.sampleCount
      self.size = size
      input = (0..<rows * size.inputCount).map { _ in
        words.integer(below: 10) < zeroTenths ? 0 : number()
      }
      weights = (0..<size.outputCount * size.inputCount).map { _ in number() }
      gradient = (0..<rows * size.outputCount).map { _ in number() }
    }

    var rowCount: Int { size.stepCount * size.sampleCount }

    func outputs() -> [Float] {
      var result = [Float](repeating: 0, count: rowCount * size.outputCount)
      for row in 0..<rowCount {
        for output in 0..<size.outputCount {
          var sum: Float = 0
          for index in 0..<size.inputCount {
            let value = input[row * size.inputCount + index]
            if value == 0 { continue }
            sum.addProduct(value, weights[output * size.inputCount + index])
          }
          result[row * size.outputCount + output] = sum
        }
      }
      return result
    }

    func inputGradient() -> [Float] {
      var result = [Float](repeating: 0, count: rowCount * size.inputCount)
      for row in 0..<rowCount {
        for output in 0..<size.outputCount {
          let value = gradient[row * size.outputCount + output]
          for index in 0..<size.inputCount {
            result[row * size.inputCount + index].addProduct(
              value, weights[output * size.inputCount + index])
          }
        }
      }
      return result
    }

    /// The sums of the samples over their time steps, added half by half as in ``SampleTree``.
    func weightGradient() -> [Float] {
      var result = [Float](repeating: 0, count: size.outputCount * size.inputCount)
      for output in 0..<size.outputCount {
        for index in 0..<size.inputCount {
          result[output * size.inputCount + index] =
            sum(output, index, 0..<size.sampleCount) ?? 0
        }
      }
      return result
    }

    private func sum(_ output: Int, _ index: Int, _ samples: Range<Int>) -> Float? {
      if samples.count > 1 {
        let middle = samples.lowerBound + (samples.count + 1) / 2
        let first = sum(output, index, samples.lowerBound..<middle)
        let second = sum(output, index, middle..<samples.upperBound)
        guard let first, let second else { return first ?? second }
        return first + second
      }
      var result: Float?
      for step in 0..<size.stepCount {
        let row = step * size.sampleCount + samples.lowerBound
        let value = input[row * size.inputCount + index]
        if value == 0 { continue }
        result = (result ?? 0).addingProduct(value, gradient[row * size.outputCount + output])
      }
      return result
    }

    /// The results of the engine.
    func computed(
      _ instructionSet: InstructionSet, threadCount: Int
    ) -> (outputs: [Float], inputGradient: [Float], weightGradient: [Float]) {
      let buffers = EngineBuffers.Linear()
      let linear = Linear(
        stepCount: size.stepCount, sampleCount: size.sampleCount, inputCount: size.inputCount,
        outputCount: size.outputCount, precision: .float32,
        context: KernelContext(
          workers: Workers(threadCount: threadCount), instructionSet: instructionSet))
      let given = LinearInput(buffers, rowCount: rowCount, inputCount: size.inputCount)
      for index in input.indices { given.rows[index] = input[index] }
      for row in 0..<rowCount {
        given.find(row: row, inputCount: size.inputCount, isa: linear.context.isa)
      }
      let sums = Buffer<Float>(count: rowCount * size.outputCount)
      linear.forward(
        given, packedWeights: linear.packed(weights, into: buffers.weights), into: sums)
      let padded = Buffer<Float>(count: linear.paddedRowCount * linear.gradientStride)
      padded.fill(0)
      for index in gradient.indices {
        let (row, output) = index.quotientAndRemainder(dividingBy: size.outputCount)
        padded[row * linear.gradientStride + output] = gradient[index]
      }
      let stride = linear.inputGradientStride
      let byInput = Buffer<Float>(count: linear.paddedRowCount * stride)
      linear.inputGradient(padded, weights, into: byInput)
      var weightGradient = weights.map { _ in Float(0) }
      linear.addWeightGradient(given, padded, to: &weightGradient)
      return (
        sums.values,
        input.indices.map { byInput[$0 / size.inputCount * stride + $0 % size.inputCount] },
        weightGradient
      )
    }
  }

  @Test(
    "results equal the definition, bit for bit, for each instruction set and number of threads",
    arguments: InstructionSet.available, sizes)
  func definition(_ instructionSet: InstructionSet, _ size: Size) {
    let problem = Problem(size)
    for threadCount in [1, 3] {
      let found = problem.computed(instructionSet, threadCount: threadCount)
      // Compared outside the expectation; otherwise a failure would print all values.
      let isSame = (
        outputs: found.outputs == problem.outputs(),
        inputGradient: found.inputGradient == problem.inputGradient(),
        weightGradient: found.weightGradient == problem.weightGradient()
      )
      #expect(isSame == (true, true, true))
    }
  }

  @Test(
    "biases are added last; their gradient sums over steps, then over halves of the samples",
    arguments: sizes)
  func biases(_ size: Size) throws {
    let problem = Problem(size)
    let biases = (0..<size.outputCount).map { Float($0) / 7 - 3 }
    func halves(_ output: Int, _ samples: Range<Int>) -> Float {
      if samples.count > 1 {
        let middle = samples.lowerBound + (samples.count + 1) / 2
        return halves(output, samples.lowerBound..<middle)
          + halves(output, middle..<samples.upperBound)
      }
      return (0..<size.stepCount).reduce(0) { sum, step in
        let row = step * size.sampleCount + samples.lowerBound
        return sum + problem.gradient[row * size.outputCount + output]
      }
    }
    let expected = (0..<size.outputCount).map { halves($0, 0..<size.sampleCount) }
    for threadCount in [1, 3] {
      let linear = Linear(
        stepCount: size.stepCount, sampleCount: size.sampleCount, inputCount: size.inputCount,
        outputCount: size.outputCount, precision: .float32,
        context: KernelContext(
          workers: Workers(threadCount: threadCount),
          instructionSet: try #require(InstructionSet.available.last)))
      let sums = Buffer(problem.outputs())
      LinearBias(linear: linear).add(biases, to: sums)
      let isSummed =
        sums.values
        == problem.outputs().enumerated().map { $1 + biases[$0 % size.outputCount] }
      #expect(isSummed)
      let padded = Buffer<Float>(count: linear.paddedRowCount * linear.gradientStride)
      padded.fill(0)
      for index in problem.gradient.indices {
        let (row, output) = index.quotientAndRemainder(dividingBy: size.outputCount)
        padded[row * linear.gradientStride + output] = problem.gradient[index]
      }
      #expect(LinearBias(linear: linear).gradient(padded) == expected)
    }
  }

  @Test("inputs may be all zero, or all nonzero", arguments: [0, 10])
  func extremes(zeroTenths: Int) throws {
    let problem = Problem(Self.sizes[1], zeroTenths: zeroTenths)
    let found = problem.computed(try #require(InstructionSet.available.last), threadCount: 2)
    let isSame = (
      outputs: found.outputs == problem.outputs(),
      weightGradient: found.weightGradient == problem.weightGradient()
    )
    #expect(isSame == (true, true))
    #expect(found.outputs.allSatisfy { $0 == 0 } == (zeroTenths == 10))
  }

  @Test("weight gradients are added to the existing ones")
  func accumulation() throws {
    let problem = Problem(Self.sizes[1])
    let buffers = EngineBuffers.Linear()
    let size = problem.size
    let linear = Linear(
      stepCount: size.stepCount, sampleCount: size.sampleCount, inputCount: size.inputCount,
      outputCount: size.outputCount, precision: .float32,
      context: KernelContext(
        workers: Workers(threadCount: 2),
        instructionSet: try #require(InstructionSet.available.last)))
    let given = LinearInput(buffers, rowCount: problem.rowCount, inputCount: size.inputCount)
    given.rows.fill(1)
    let gradient = Buffer<Float>(count: linear.paddedRowCount * linear.gradientStride)
    gradient.fill(0)
    gradient[0] = 2
    var weights = problem.weights
    linear.addWeightGradient(given, gradient, to: &weights)
    for index in weights.indices {
      #expect(weights[index] == problem.weights[index] + (index < size.inputCount ? 2 : 0))
    }
  }
}
