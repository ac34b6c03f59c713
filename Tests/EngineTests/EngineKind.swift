@testable import CPUEngine
import SpikingNetwork
import Testing

/// Every engine that the same tests run against.
enum EngineKind: CaseIterable, CustomTestStringConvertible, Sendable {
  case reference, cpuBaseline, cpuAVX2, cpuAVX512, cpuAVX512BF16
  /// The best instruction set: on three threads; taking all spikes as numbers; taking none.
  case cpuThreads, cpuDense, cpuSparse

  /// Those that this machine can run.
  static var available: [EngineKind] {
    allCases.filter { kind in
      kind.instructionSet.map { InstructionSet.available.contains($0) } ?? true
    }
  }

  var testDescription: String { "\(self)" }

  var instructionSet: InstructionSet? {
    switch self {
    case .reference: nil
    case .cpuBaseline: .baseline
    case .cpuAVX2: .avx2
    case .cpuAVX512: .avx512
    case .cpuAVX512BF16: .avx512bf16
    case .cpuThreads, .cpuDense, .cpuSparse: InstructionSet.available.last
    }
  }

  func make(_ network: NetworkDescription, _ state: NetworkState) -> any Engine {
    switch self {
    case .reference: ReferenceEngine(network: network, state: state)
    default: cpu(network, state)
    }
  }

  private func cpu(_ network: NetworkDescription, _ state: NetworkState) -> CPUEngine {
    let engine = CPUEngine(
      network: network, state: state, threadCount: self == .cpuThreads ? 3 : 1,
      instructionSet: instructionSet)
    if let denseShare { engine.denseShare = denseShare }
    return engine
  }

  /// The share of ones above which spikes are taken as numbers, where it is not the engine's own.
  var denseShare: Double? {
    switch self {
    case .cpuDense: -1
    case .cpuSparse: .infinity
    default: nil
    }
  }
}
