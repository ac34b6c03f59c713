public import SpikingNetwork

/// Creates engines for this machine's processor.
public struct CPUEngineFactory: EngineFactory {
  /// `cpu`.
  public let name = "cpu"
  /// Every machine can run it.
  public let isAutomatic = true
  /// Its sums over samples are the tree of ``SampleTree``.
  public let dividesBatches = true

  /// Creates the factory.
  public init() {}

  /// Creates an engine; the only device is 0.
  public func makeEngine(
    network: NetworkDescription, state: NetworkState, device: Int, options: EngineOptions
  ) throws(EngineError) -> any Engine {
    guard device == 0 else { throw EngineError("cpu:\(device): there is one device, 0") }
    try options.requireMemory(for: network)
    let engine = CPUEngine(
      network: network, state: state, threadCount: options.affordableThreadCount(for: network),
      instructionSet: try options.instructionSet.map(Self.instructionSet),
      reducer: options.reducer)
    if engine.threadCount < options.threadCount {
      options.onWarning(
        "the system provides only \(engine.threadCount) of \(options.threadCount) threads: "
          + "computation is slower, with the same results")
    }
    return engine
  }

  private static func instructionSet(named name: String) throws(EngineError) -> InstructionSet {
    let available = InstructionSet.available
    guard let chosen = available.first(where: { $0.rawValue == name }) else {
      throw EngineError(
        "DVS_ISA: '\(name)' found, an instruction set of this processor expected: "
          + available.map(\.rawValue).joined(separator: ", "))
    }
    return chosen
  }
}
