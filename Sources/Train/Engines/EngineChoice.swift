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
  /// - Throws: ``TrainError`` with code `engine` when there is no such engine.
  public func makeEngine(
    network: NetworkDescription, state: NetworkState, threadCount: Int
  ) throws(TrainError) -> any Engine {
    switch self {
    case .automatic, .cpu, .reference:
      return ReferenceEngine(network: network, state: state)
    case .cuda(let number):
      throw TrainError(
        .engine, "", "cuda:\(number)",
        "this build has no CUDA engine: -device cpu or auto trains on the processor")
    }
  }
}
