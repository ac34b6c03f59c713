import CDVSKernels
import SpikingNetwork
import Support
import Testing

@testable import CPUEngine

/// Tests operations that must give the same bits on every processor, so that a training gives the
/// same checkpoint everywhere.
@Suite("All instruction sets give the same bits")
struct SameBitsTests {
  /// Operands of products of 8 rows and 16 columns: each sum is `left·right + (first·addend + 0)`.
  private struct Operands {
    var first = [Float](repeating: 1, count: 8)
    var left = [Float](repeating: 0, count: 8)
    var addend = [Float](repeating: 0, count: 16)
    var right = [Float](repeating: 0, count: 16)

    /// The expected sums, computed by Swift with a single rounding.
    var sums: [Float] {
      (0..<128).map { index in
        let (row, column) = index.quotientAndRemainder(dividingBy: 16)
        return Float(0).addingProduct(first[row], addend[column])
          .addingProduct(left[row], right[column])
      }
    }

    func sums(_ instructionSet: InstructionSet) -> [Float] {
      let rows = zip(first, left).flatMap { [$0, $1] }
      return unsafe [Float](unsafeUninitializedCapacity: 128) { result, count in
        unsafe dvsk_small_product(
          instructionSet.kernelSet, rows, addend + right, result.baseAddress, 8, 2, 16)
        count = 128
      }
    }
  }

  /// Kinds of random operands.
  enum Kind: CaseIterable {
    /// Any bits, including infinities, NaN and subnormal numbers.
    case anyBits
    /// Operands with similar exponents.
    case similar
    /// Sums so close to the midpoint of two Floats that a Double cannot distinguish them from it.
    case nearTies
    /// Sums in which both addends nearly or exactly cancel.
    case cancelled
    /// Subnormal sums, and sums that round to 0 or −0.
    case subnormal
  }

  private static func number(_ generator: inout SeededGenerator, exponents: ClosedRange<Int>)
    -> Float
  {
    let sign: UInt32 = .random(in: 0...1, using: &generator) << 31
    let exponent = UInt32(Int.random(in: exponents, using: &generator) + 127) << 23
    // Often few significant bits, as in counts and spikes.
    let kept: UInt32 = Bool.random(using: &generator) ? 0x7f_ffff : 0x70_0000
    return Float(bitPattern: sign | exponent | .random(in: 0...0x7f_ffff, using: &generator) & kept)
  }

  private static func operands(_ kind: Kind, _ generator: inout SeededGenerator) -> Operands {
    var operands = Operands()
    let step = Float(Int.random(in: 1...64, using: &generator)) * .ulpOfOne
    for row in 0..<8 {
      switch kind {
      case .anyBits:
        operands.left[row] = Float(bitPattern: .random(in: 0 ... .max, using: &generator))
      case .similar: operands.left[row] = number(&generator, exponents: -3...3)
      case .nearTies: operands.left[row] = row % 2 == 0 ? 1 + step : -1 - step
      case .cancelled:
        operands.left[row] =
          row == 0 ? number(&generator, exponents: 0...3) : operands.left[row - 1].nextUp
      case .subnormal:
        operands.left[row] = number(&generator, exponents: -80 ... -60)
        if row % 4 == 0 { operands.first[row] = -.leastNonzeroMagnitude }
      }
    }
    for column in 0..<16 {
      switch kind {
      case .anyBits:
        operands.right[column] = Float(bitPattern: .random(in: 0 ... .max, using: &generator))
        operands.addend[column] = Float(bitPattern: .random(in: 0 ... .max, using: &generator))
      case .similar:
        operands.right[column] = number(&generator, exponents: -3...3)
        operands.addend[column] = number(&generator, exponents: -8...8)
      case .nearTies:
        // The product is (1 + s)(1 − s) = 1 − s² times half the unit in the last place of the
        // addend.
        let addend = number(&generator, exponents: -90...90)
        operands.addend[column] = addend
        operands.right[column] = (column % 2 == 0 ? 1 - step : 1 + step) * (addend.ulp / 2)
      case .cancelled:
        let right = number(&generator, exponents: -3...3)
        operands.right[column] = right
        operands.addend[column] = -(operands.left[column / 2] * right)
      case .subnormal:
        operands.right[column] = number(&generator, exponents: -90 ... -60)
        operands.addend[column] = number(&generator, exponents: -126 ... -110)
        if column % 2 == 0 { operands.addend[column] *= 0x1p-20 }
      }
    }
    return operands
  }

  @Test(
    "a fused multiply-add is the exact result, rounded once",
    arguments: Kind.allCases)
  func fusedMultiplyAdd(kind: Kind) {
    var generator = SeededGenerator(printingSeedFor: "fusedMultiplyAdd \(kind)")
    for _ in 0..<15_000 {
      let operands = Self.operands(kind, &generator)
      let expected = operands.sums
      for instructionSet in InstructionSet.available {
        let found = operands.sums(instructionSet)
        let areEqual = zip(found, expected).allSatisfy {
          $0.bitPattern == $1.bitPattern || $0.isNaN && $1.isNaN
        }
        if !areEqual {
          Issue.record("\(instructionSet): \(operands): \(found), expected: \(expected)")
          return
        }
      }
    }
  }

  @Test("the sigmoid surrogate gives the reference's bits")
  func sigmoidSurrogate() throws {
    var generator = SeededGenerator(seed: 1)
    let edges: [Float] = [
      0, -0.0, .leastNonzeroMagnitude, 25.9, 26, -25.9, -26, 27.6, -27.6, 1e30, -1e30, .infinity,
      -.infinity,
    ]
    let input =
      edges + (0..<20_000).map { _ in Float.random(in: -8...8, using: &generator) }
      + (0..<2_000).map { _ in Float.random(in: -30...30, using: &generator) }
    let neuron = NeuronDescription(
      membrane: .fixed(tau: 1), threshold: 1, surrogate: .sigmoid(alpha: 4))
    let expected = input.map { neuron.surrogate.derivative($0 - 1).bitPattern }
    let ones = [Float](repeating: 1, count: input.count)
    for engine in EngineKind.withLayers {
      let layers = try engine.layers()
      let found = layers.neurons(
        neuron, timeConstantWeight: 0, input, spikeGradient: ones, stepCount: 1)
      let differing = zip(found.inputGradient, expected).filter { $0.bitPattern != $1 }
      #expect(differing.isEmpty, "\(engine)")
    }
  }
}
