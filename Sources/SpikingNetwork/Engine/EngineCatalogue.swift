/// Makes engines of one kind.
public protocol EngineFactory: Sendable {
  /// The name by which users choose the engine, as in `cpu`.
  var name: String { get }
  /// Whether `auto` may choose it.
  var isAutomatic: Bool { get }
  /// Whether users may choose one of several devices, as in `cuda:1`; false by default.
  var takesDevice: Bool { get }

  /// Whether the results of several processes that train together are those of one, bit for bit;
  /// false by default.
  var dividesBatches: Bool { get }

  /// Quickly checks that a device is available.
  ///
  /// - Throws: ``EngineError`` if the device does not exist or cannot be used.
  func requireDevice(_ device: Int) throws(EngineError)

  /// Makes an engine.
  ///
  /// - Parameters:
  ///   - network: The network that the engine runs.
  ///   - state: The network's initial state; it must fit.
  ///   - device: Index of the device, from 0.
  ///   - options: Threads, batch size and memory.
  /// - Throws: ``EngineError`` if the device does not exist or does not support the options.
  func makeEngine(
    network: NetworkDescription, state: NetworkState, device: Int, options: EngineOptions
  ) throws(EngineError) -> any Engine
}

extension EngineFactory {
  /// False.
  public var takesDevice: Bool { false }

  /// False.
  public var dividesBatches: Bool { false }

  /// Does nothing: the processor is always available.
  public func requireDevice(_ device: Int) throws(EngineError) {}
}

/// The engines of a tool, best first.
public struct EngineCatalogue: Sendable {
  private let factories: [any EngineFactory]

  /// Lists engines, best first.
  public init(_ factories: [any EngineFactory]) { self.factories = factories }

  /// The names of all engines, best first.
  public var names: [String] { factories.map(\.name) }

  /// Parses `auto`, the name of an engine, or a name with a device if the engine takes one.
  ///
  /// - Returns: `nil` for anything else.
  public func choice(_ text: String) -> EngineChoice? {
    guard let choice = EngineChoice(text) else { return nil }
    guard case .named(let name, _) = choice else { return choice }
    let factory = factories.first { $0.name == name }
    return factory?.takesDevice == true || factory?.name == text ? choice : nil
  }

  /// The possible choices for help texts and messages, as in `auto, cpu, reference or cuda:N`.
  public var choicesText: String {
    let texts = ["auto"] + factories.map { $0.takesDevice ? "\($0.name):N" : $0.name }
    return texts.dropLast().joined(separator: ", ") + " or " + (texts.last ?? "")
  }

  /// Checks that the chosen engine and device exist, before data are read.
  ///
  /// - Parameters:
  ///   - choice: The chosen engine and device.
  ///   - processCount: The number of processes that train together.
  /// - Throws: ``EngineError`` if the engine or the device does not exist, or the engine trains
  ///   only in one process.
  public func requireDevice(
    _ choice: EngineChoice, processCount: Int = 1
  ) throws(EngineError) {
    let (factory, device) = try found(choice)
    guard processCount == 1 || factory.dividesBatches else {
      let others = factories.filter(\.dividesBatches).map { "-device \($0.name)" }
      throw EngineError(
        "\(factory.name) trains in one process, and \(processCount) found"
          + (others.isEmpty ? "" : ": use \(others.joined(separator: " or "))"))
    }
    try factory.requireDevice(device)
  }

  /// Makes the chosen engine.
  ///
  /// - Throws: ``EngineError`` if the engine does not exist or cannot be made.
  public func makeEngine(
    _ choice: EngineChoice, network: NetworkDescription, state: NetworkState,
    options: EngineOptions
  ) throws(EngineError) -> any Engine {
    let (factory, device) = try found(choice)
    return try factory.makeEngine(
      network: network, state: state, device: device, options: options)
  }

  private func found(
    _ choice: EngineChoice
  ) throws(EngineError) -> (factory: any EngineFactory, device: Int) {
    switch choice {
    case .automatic:
      guard let factory = factories.first(where: \.isAutomatic) else {
        throw EngineError(
          "this build has no engine that 'auto' may choose: choose one of \(namesText)")
      }
      return (factory, 0)
    case .named(let name, let device):
      guard let factory = factories.first(where: { $0.name == name }) else {
        throw EngineError("this build has no engine '\(name)': choose one of \(namesText)")
      }
      return (factory, device)
    }
  }

  private var namesText: String { names.joined(separator: ", ") }
}
