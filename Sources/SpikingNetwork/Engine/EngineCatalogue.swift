/// What makes engines of one kind.
public protocol EngineFactory: Sendable {
  /// The name by which users ask for it, as in `cpu`.
  var name: String { get }
  /// Whether it may be taken where no engine is asked for by name.
  var isAutomatic: Bool { get }
  /// Whether it may have several devices, of which users name one, as in `cuda:1`; without saying
  /// so it has not.
  var takesDevice: Bool { get }

  /// Looks whether there is a device, which takes no time.
  ///
  /// - Throws: ``EngineError`` when there is none of this number that can be used.
  func requireDevice(_ device: Int) throws(EngineError)

  /// Makes an engine.
  ///
  /// - Parameters:
  ///   - device: Which of several devices, from 0.
  ///   - state: What the network begins with; it must fit.
  /// - Throws: ``EngineError`` when there is no such device, or it cannot do what the options ask
  ///   for.
  func makeEngine(
    network: NetworkDescription, state: NetworkState, device: Int, options: EngineOptions
  ) throws(EngineError) -> any Engine
}

extension EngineFactory {
  /// It has not.
  public var takesDevice: Bool { false }

  /// There is the processor.
  public func requireDevice(_ device: Int) throws(EngineError) {}
}

/// The engines that a tool has, the best first.
public struct EngineCatalogue: Sendable {
  private let factories: [any EngineFactory]

  /// Lists engines, the best first.
  public init(_ factories: [any EngineFactory]) { self.factories = factories }

  /// The names of all engines, the best first.
  public var names: [String] { factories.map(\.name) }

  /// Understands what may be asked for: `auto`, an engine of the list, and a device of one that
  /// takes devices.
  ///
  /// - Returns: `nil` for anything else.
  public func choice(_ text: String) -> EngineChoice? {
    guard let choice = EngineChoice(text) else { return nil }
    guard case .named(let name, _) = choice else { return choice }
    let factory = factories.first { $0.name == name }
    return factory?.takesDevice == true || factory?.name == text ? choice : nil
  }

  /// What may be asked for, in words, as in `auto, cpu, reference or cuda:N`.
  public var choicesText: String {
    let texts = ["auto"] + factories.map { $0.takesDevice ? "\($0.name):N" : $0.name }
    return texts.dropLast().joined(separator: ", ") + " or " + (texts.last ?? "")
  }

  /// Looks whether there is what is asked for, before data are read.
  ///
  /// - Throws: ``EngineError`` when there is no such engine, or no such device.
  public func requireDevice(_ choice: EngineChoice) throws(EngineError) {
    let (factory, device) = try found(choice)
    try factory.requireDevice(device)
  }

  /// Makes the engine that is asked for.
  ///
  /// - Throws: ``EngineError`` when there is no such engine, or it cannot be made.
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
          "this build has no engine that is chosen by itself: there are \(namesText)")
      }
      return (factory, 0)
    case .named(let name, let device):
      guard let factory = factories.first(where: { $0.name == name }) else {
        throw EngineError("this build has no engine '\(name)': there are \(namesText)")
      }
      return (factory, device)
    }
  }

  private var namesText: String { names.joined(separator: ", ") }
}
