// The protocols document what these declarations do.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

import SpikingNetwork

/// An engine that passes each call on to another, and adds up the time of the forward and backward
/// passes.
public final class TimedEngine: Engine {
  private let engine: any Engine

  /// The time of all passes so far.
  public private(set) var duration = Duration.zero

  /// Makes an engine that times another.
  public init(_ engine: any Engine) { self.engine = engine }

  public var name: String { "timed" }
  public var summary: String { "timed \(engine.summary)" }
  public var network: NetworkDescription { engine.network }
  public var reducer: any Reducer { engine.reducer }
  public func numerics(_ precision: Precision) -> NumericsVersion { engine.numerics(precision) }

  public var state: NetworkState {
    get { engine.state }
    set { engine.state = newValue }
  }

  public var gradients: [[Float]] { engine.gradients }

  public func accumulateGradients(
    _ batch: LabelledFrames, dropout: DropoutMasks, options: GradientOptions
  ) throws(EngineError) -> BatchResult {
    let begin = ContinuousClock.now
    defer { duration += ContinuousClock.now - begin }
    return try engine.accumulateGradients(batch, dropout: dropout, options: options)
  }

  public func reduceGradients() throws(EngineError) { try engine.reduceGradients() }

  public func update(by optimizer: Optimizer, learningRate: Double) throws(EngineError) {
    try engine.update(by: optimizer, learningRate: learningRate)
  }

  public func evaluate(_ batch: LabelledFrames, loss: Loss) throws(EngineError) -> BatchResult {
    let begin = ContinuousClock.now
    defer { duration += ContinuousClock.now - begin }
    return try engine.evaluate(batch, loss: loss)
  }
}

/// Makes timed engines, for `-device timed`.
public struct TimedEngineFactory: EngineFactory {
  public let name = "timed"
  public let isAutomatic = false

  /// Makes the factory.
  public init() {}

  public func makeEngine(
    network: NetworkDescription, state: NetworkState, device: Int, options: EngineOptions
  ) throws(EngineError) -> any Engine {
    TimedEngine(ReferenceEngine(network: network, state: state, reducer: options.reducer))
  }
}
