import SpikingNetwork
import Testing

@testable import CPUEngine

/// An engine, with its configuration, that the shared tests run on.
struct EngineKind: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let make: @Sendable (NetworkDescription, NetworkState) -> any Engine
  /// Makes access to single layers, for one test; `nil` if the engine does not provide it.
  ///
  /// Tests run in parallel, but an engine's threads run one loop at once, so no two tests share it.
  var makeLayers: (@Sendable () -> any LayerOperations)?
  /// Whether convolutions of spikes use F(2×2, 3×3), which rounds where plain sums are exact.
  var roundsForward = false
  /// Whether factors of bfloat16 products are rounded once more, see ``Precision/bfloat16``.
  var roundsProducts = false

  /// Whether sums of products are truncated instead of rounded, for which tests use larger bounds.
  var truncatesSums = false
  /// Whether it supports bfloat16; otherwise it uses float16.
  var supportsBFloat16 = true
  /// Whether evaluations count synaptic operations.
  var countsOperations = true

  /// All engines that this machine can run.
  static let available: [EngineKind] = [reference] + otherThanReference
  static let withLayers: [EngineKind] = available.filter { $0.makeLayers != nil }
  static let otherThanReference: [EngineKind] = cpu + others
  /// Engines other than the reference, with the CPU engine in all its configurations.
  static let allConfigurations: [EngineKind] =
    CPUConfiguration.all.map { cpu($0, "\($0)") } + others
  /// Engines that are not part of the package; add new ones here.
  private static let others: [EngineKind] = [twoRanks]

  /// Access to single layers.
  func layers() throws -> any LayerOperations {
    let makeLayers = try #require(makeLayers)
    return makeLayers()
  }

  /// The engine that defines all results.
  static let reference = EngineKind(
    testDescription: "reference",
    make: { ReferenceEngine(network: $0, state: $1) }, makeLayers: { ReferenceLayers() })

  /// The CPU engine with each instruction set; the best one also with three threads, and with
  /// spikes always or never converted to float32.
  private static let cpu: [EngineKind] = {
    let best = InstructionSet.available.last ?? .baseline
    return InstructionSet.available.map { cpu(CPUConfiguration(instructionSet: $0), "\($0)") } + [
      cpu(CPUConfiguration(instructionSet: best, threadCount: 3), "threads"),
      cpu(CPUConfiguration(instructionSet: best, denseFraction: -1), "dense"),
      cpu(CPUConfiguration(instructionSet: best, denseFraction: .infinity), "sparse"),
    ]
  }()

  private static func cpu(_ configuration: CPUConfiguration, _ name: String) -> EngineKind {
    EngineKind(
      testDescription: "cpu, \(name)", make: { configuration.make($0, $1) },
      makeLayers: {
        CPULayers(
          context: KernelContext(
            workers: Workers(threadCount: 2), instructionSet: configuration.instructionSet),
          denseFraction: configuration.denseFraction)
      },
      roundsForward: configuration.denseFraction < 0,
      roundsProducts: configuration.instructionSet == .avx512bf16)
  }
}

/// A configuration of the CPU engine: instruction set, representation of spikes (bits or float32),
/// and number of threads.
struct CPUConfiguration: CustomStringConvertible {
  var instructionSet: InstructionSet
  /// The fraction of spikes above which they are converted to float32.
  var denseFraction = DenseConvolution.fraction
  var threadCount = 1

  /// All configurations of this machine, with fewer for slow instruction sets.
  ///
  /// The best instruction set runs with spikes as bits, as float32, and by the engine's choice. The
  /// others give the same results (``ThreadCountsTests``), so they need fewer configurations; the
  /// baseline has only one because it emulates fused multiply-adds, which is slow.
  static let all: [CPUConfiguration] = InstructionSet.available.flatMap { instructionSet in
    let settings: [(Double, Int)] =
      switch instructionSet {
      case InstructionSet.available.last:
        [(DenseConvolution.fraction, 1), (.infinity, 1), (.infinity, 5), (-1, 1), (-1, 3)]
      case .baseline: [(DenseConvolution.fraction, 1)]
      default: [(DenseConvolution.fraction, 1), (-1, 3)]
      }
    return settings.map {
      CPUConfiguration(instructionSet: instructionSet, denseFraction: $0.0, threadCount: $0.1)
    }
  }

  var description: String {
    let spikes =
      switch denseFraction {
      case ..<0: "float32"
      case .infinity: "bits"
      default: "automatic"
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
    "the baseline runs everywhere; instruction sets that this machine lacks, so that no test runs them, are printed"
  )
  func skipped() {
    let skipped = InstructionSet.allCases.filter { !InstructionSet.available.contains($0) }
    if !skipped.isEmpty {
      print(
        "not tested because this processor lacks them: \(skipped.map(\.rawValue).joined(separator: ", "))"
      )
    }
    #expect(InstructionSet.available.first == .baseline)
  }
}

extension EngineKind {
  private static let twoRanks = EngineKind(
    testDescription: "two ranks", make: { RankedEngine($0, $1, count: 2) },
    roundsProducts: InstructionSet.available.last == .avx512bf16)
}
