internal import CPUEngine
public import SpikingNetwork
internal import SystemPackage

/// Which engine is asked for.
public enum EngineChoice: Equatable, Sendable {
  /// The fastest that there is.
  case automatic
  /// The one for processors.
  case cpu
  /// The plain one, which defines every computation; slow.
  case reference
  /// A graphics card, by its number.
  case cuda(Int)

  /// Understands `auto`, `cpu`, `reference`, `cuda` and `cuda:N`.
  ///
  /// - Returns: `nil` for anything else.
  public init?(_ text: String) {
    switch text {
    case "auto": self = .automatic
    case "cpu": self = .cpu
    case "reference": self = .reference
    case "cuda": self = .cuda(0)
    default:
      guard text.hasPrefix("cuda:"), let number = UInt16(text.dropFirst(5)) else { return nil }
      self = .cuda(Int(number))
    }
  }

  /// Makes the engine.
  ///
  /// - Parameters:
  ///   - threadCount: Threads that compute; they change no result.
  ///   - instructionSet: The name of the processor's instructions to use; `nil` for the best that it has.
  /// - Throws: ``TrainError`` with code `engine` when there is no such engine or no such instructions.
  public func makeEngine(
    network: NetworkDescription, state: NetworkState, threadCount: Int,
    instructionSet: String? = nil
  ) throws(TrainError) -> any Engine {
    switch self {
    case .automatic, .cpu:
      return CPUEngine(
        network: network, state: state, threadCount: threadCount,
        instructionSet: try Self.instructionSet(named: instructionSet))
    case .reference:
      return ReferenceEngine(network: network, state: state)
    case .cuda(let number):
      throw TrainError(
        .engine, "", "cuda:\(number)",
        "this build has no CUDA engine: -device cpu or auto trains on the processor")
    }
  }

  private static func instructionSet(named name: String?) throws(TrainError) -> InstructionSet? {
    guard let name else { return nil }
    let available = InstructionSet.available
    guard let chosen = available.first(where: { $0.rawValue == name }) else {
      throw TrainError(
        .engine, "", "DVS_ISA",
        "\(available.map(\.rawValue).joined(separator: ", ")) expected, '\(name)' found")
    }
    return chosen
  }
}

/// An engine's name and the processor's instructions that it uses, as in `cpu (avx512)`.
public func engineText(_ engine: any Engine) -> String {
  guard let engine = engine as? CPUEngine else { return engine.name }
  return "\(engine.name) (\(engine.instructionSet.rawValue))"
}
