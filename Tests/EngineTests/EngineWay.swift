import SpikingNetwork

@testable import CPUEngine

/// A way for the CPU engine to compute: an instruction set, whether spikes are bits or numbers, and threads.
struct EngineWay: CustomStringConvertible {
  var instructionSet: InstructionSet
  /// The share of ones above which spikes are taken as numbers.
  var denseShare: Double
  var threadCount: Int

  /// Every instruction set of this machine, with spikes as bits, as numbers, and by the engine's own choice.
  static let all: [EngineWay] = InstructionSet.available.flatMap { instructionSet in
    [(DenseConvolution.share, 1), (.infinity, 1), (.infinity, 5), (-1, 1), (-1, 3)].map {
      EngineWay(instructionSet: instructionSet, denseShare: $0.0, threadCount: $0.1)
    }
  }

  var description: String {
    let spikes =
      switch denseShare {
      case ..<0: "numbers"
      case .infinity: "bits"
      default: "as the engine chooses"
      }
    return "\(instructionSet), spikes \(spikes), \(threadCount) threads"
  }

  func make(_ network: NetworkDescription, _ state: NetworkState) -> CPUEngine {
    let engine = CPUEngine(
      network: network, state: state, threadCount: threadCount, instructionSet: instructionSet)
    engine.denseShare = denseShare
    return engine
  }
}
