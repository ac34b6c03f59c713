import SpikingNetwork
import Testing

@testable import CPUEngine

/// An engine, or a way for one to compute, that the same tests run against.
struct EngineKind: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let make: @Sendable (NetworkDescription, NetworkState) -> any Engine
  /// Its layers one by one; `nil` where an engine has none to be tried.
  var layers: (any LayerOperations)?
  /// Whether spikes are taken as numbers by F(2×2, 3×3), which rounds where plain sums are exact.
  var roundsForward = false
  /// Whether products of bfloat16 are rounded once more, see ``Precision/bfloat16``.
  var roundsProducts = false

  /// Whether sums of products are cut off and not rounded, which the bounds allow for.
  var cutsSumsOff = false
  /// Whether it rounds to bfloat16 where that is asked for; else to float16.
  var hasBFloat16 = true

  /// All that this machine can run.
  static let available: [EngineKind] = [reference] + otherThanReference
  static let withLayers: [EngineKind] = available.filter { $0.layers != nil }
  static let otherThanReference: [EngineKind] = cpu + others
  /// The same, with the CPU engine in every way that it has.
  static let everyWay: [EngineKind] = CPUWay.all.map { cpu($0, "\($0)") } + others
  /// Engines besides the package's own; a new one is a line here.
  private static let others: [EngineKind] = [twoProcesses]

  /// The engine that defines every result.
  static let reference = EngineKind(
    testDescription: "reference",
    make: { ReferenceEngine(network: $0, state: $1) }, layers: ReferenceLayers())

  /// The CPU engine: each instruction set; and the best on three threads, taking all spikes as
  /// numbers, and none.
  private static let cpu: [EngineKind] = {
    let best = InstructionSet.available.last ?? .baseline
    return InstructionSet.available.map { cpu(CPUWay(instructionSet: $0), "\($0)") } + [
      cpu(CPUWay(instructionSet: best, threadCount: 3), "threads"),
      cpu(CPUWay(instructionSet: best, denseFraction: -1), "dense"),
      cpu(CPUWay(instructionSet: best, denseFraction: .infinity), "sparse"),
    ]
  }()

  private static func cpu(_ way: CPUWay, _ name: String) -> EngineKind {
    EngineKind(
      testDescription: "cpu, \(name)", make: { way.make($0, $1) },
      layers: CPULayers(
        context: KernelContext(
          workers: Workers(threadCount: 2), instructionSet: way.instructionSet),
        denseFraction: way.denseFraction),
      roundsForward: way.denseFraction < 0, roundsProducts: way.instructionSet == .avx512bf16)
  }
}

/// A way for the CPU engine to compute: an instruction set, whether spikes are bits or numbers, and
/// threads.
struct CPUWay: CustomStringConvertible {
  var instructionSet: InstructionSet
  /// The fraction of ones above which spikes are taken as numbers.
  var denseFraction = DenseConvolution.fraction
  var threadCount = 1

  /// The best instruction set of this machine with spikes as bits, as numbers, and by the engine's
  /// own choice; of the others, which give the same bits (``ThreadCountsTests``), fewer, and of the
  /// baseline, which works out fused multiply-adds, one.
  static let all: [CPUWay] = InstructionSet.available.flatMap { instructionSet in
    let ways: [(Double, Int)] =
      switch instructionSet {
      case InstructionSet.available.last:
        [(DenseConvolution.fraction, 1), (.infinity, 1), (.infinity, 5), (-1, 1), (-1, 3)]
      case .baseline: [(DenseConvolution.fraction, 1)]
      default: [(DenseConvolution.fraction, 1), (-1, 3)]
      }
    return ways.map {
      CPUWay(instructionSet: instructionSet, denseFraction: $0.0, threadCount: $0.1)
    }
  }

  var description: String {
    let spikes =
      switch denseFraction {
      case ..<0: "numbers"
      case .infinity: "bits"
      default: "as the engine chooses"
      }
    return "\(instructionSet), spikes \(spikes), \(threadCount) threads"
  }

  func make(_ network: NetworkDescription, _ state: NetworkState) -> CPUEngine {
    let engine = CPUEngine(
      network: network, state: state, threadCount: threadCount, instructionSet: instructionSet)
    engine.denseFraction = denseFraction
    return engine
  }
}

@Suite("Instruction sets")
struct InstructionSetTests {
  @Test(
    "the baseline runs everywhere; those that this machine has not are printed, since no test here runs them"
  )
  func skipped() {
    let skipped = InstructionSet.allCases.filter { !InstructionSet.available.contains($0) }
    if !skipped.isEmpty {
      print(
        "not tested, as this processor has not: \(skipped.map(\.rawValue).joined(separator: ", "))")
    }
    #expect(InstructionSet.available.first == .baseline)
  }
}

extension EngineKind {
  private static let twoProcesses = EngineKind(
    testDescription: "two processes", make: { TwoProcesses($0, $1) },
    roundsProducts: InstructionSet.available.last == .avx512bf16)
}
