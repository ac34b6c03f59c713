public import SpikingNetwork

/// Makes engines for this machine's processor.
public struct CPUEngineFactory: EngineFactory {
  /// `cpu`.
  public let name = "cpu"
  /// It is there on every machine.
  public let isAutomatic = true

  /// Makes the factory.
  public init() {}

  /// Makes an engine.
  public func makeEngine(
    network: NetworkDescription, state: NetworkState, device: Int, options: EngineOptions
  ) throws(EngineError) -> any Engine {
    guard device == 0 else { throw EngineError("cpu:\(device): there is one device, 0") }
    let engine = CPUEngine(
      network: network, state: state, threadCount: options.threadCount,
      instructionSet: try options.instructionSet.map(Self.instructionSet),
      reducer: options.reducer)
    if engine.threadCount < options.threadCount {
      options.onWarning(
        "the system gives \(engine.threadCount) of \(options.threadCount) threads: these compute, "
          + "more slowly, and to the same results")
    }
    return engine
  }

  private static func instructionSet(named name: String) throws(EngineError) -> InstructionSet {
    let available = InstructionSet.available
    guard let chosen = available.first(where: { $0.rawValue == name }) else {
      throw EngineError(
        "DVS_ISA: '\(name)' found, one that this processor has expected: "
          + available.map(\.rawValue).joined(separator: ", "))
    }
    return chosen
  }
}
