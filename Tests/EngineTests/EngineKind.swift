import CPUEngine
import SpikingNetwork
import Testing

/// Every engine that the same tests run against.
enum EngineKind: CaseIterable, CustomTestStringConvertible, Sendable {
  case reference, cpuBaseline, cpuAVX2, cpuAVX512, cpuThreads

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
    case .cpuThreads: InstructionSet.available.last
    }
  }

  func make(_ network: NetworkDescription, _ state: NetworkState) -> any Engine {
    switch self {
    case .reference: ReferenceEngine(network: network, state: state)
    case .cpuBaseline, .cpuAVX2, .cpuAVX512, .cpuThreads:
      CPUEngine(
        network: network, state: state, threadCount: self == .cpuThreads ? 3 : 1,
        instructionSet: instructionSet)
    }
  }
}
