/// Makes reference engines.
public struct ReferenceEngineFactory: EngineFactory {
  /// `reference`.
  public let name = "reference"
  /// False, because the engine is slow.
  public let isAutomatic = false

  /// Makes the factory.
  public init() {}

  /// Makes an engine; it always runs on one thread.
  ///
  /// It sums samples one after the other, not as a tree: with a reducer of several processes,
  /// results differ from those of one in the last bits.
  public func makeEngine(
    network: NetworkDescription, state: NetworkState, device: Int, options: EngineOptions
  ) throws(EngineError) -> any Engine {
    guard device == 0 else { throw EngineError("reference:\(device): there is one device, 0") }
    return ReferenceEngine(network: network, state: state, reducer: options.reducer)
  }
}
