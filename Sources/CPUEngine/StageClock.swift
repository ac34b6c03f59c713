/// What a processor's step consists of.
public enum CPUStage: String, Sendable, CaseIterable {
  /// Counts laid out, and the moments of their neighbourhoods.
  case counts
  /// Weights laid out for the kernels.
  case weights
  /// The first stage: convolution, batch norm, neurons and pooling at once.
  case firstForward = "first stage"
  /// Convolutions of spikes.
  case convolution
  /// Batch norm, neurons and pooling behind a convolution.
  case neurons
  /// In evaluation: convolution, batch norm, neurons and pooling of two rows at a time.
  case evaluation
  /// Linear layers and their neurons, both ways.
  case linear
  /// Way back: the sums that batch norm needs.
  case gradientSums = "gradient sums"
  /// Way back: neurons, pooling and batch norm.
  case outputGradient = "output gradient"
  /// Way back: gradients by a convolution's weights.
  case weightGradient = "weight gradient"
  /// Way back: gradients by a convolution's input.
  case inputGradient = "input gradient"
  /// Way back: the first stage, all of it.
  case firstBackward = "first stage back"
  /// The optimizer.
  case update
}

/// Adds up how long each stage of each layer takes.
struct StageClock {
  /// A stage of a layer, 0…6; layers share what belongs to none.
  struct Key: Hashable {
    let stage: CPUStage
    let layer: Int
  }

  private(set) var seconds: [Key: Double] = [:]
  private var start = ContinuousClock.now

  /// Begins to measure a stage.
  mutating func begin() { start = .now }

  /// Ends a stage that began last; the next one begins.
  mutating func end(_ stage: CPUStage, _ layer: Int) {
    let now = ContinuousClock.now
    let (whole, fraction) = (now - start).components
    seconds[Key(stage: stage, layer: layer), default: 0] +=
      Double(whole) + Double(fraction) * 1e-18
    start = now
  }
}

extension CPUEngine {
  /// How long a stage of a layer took since the engine was made or ``resetStageTimes()`` was called.
  public struct StageTime: Sendable {
    /// Which stage.
    public let stage: CPUStage
    /// The layer, from 0: five convolutions, two linear layers.
    public let layer: Int
    /// Wall-clock time.
    public let seconds: Double
  }

  /// Times of all stages so far, in the order of a step.
  public var stageTimes: [StageTime] {
    let order = Dictionary(
      uniqueKeysWithValues: CPUStage.allCases.enumerated().map { ($1, $0) })
    return clock.seconds.map { StageTime(stage: $0.stage, layer: $0.layer, seconds: $1) }
      .sorted { ((order[$0.stage] ?? 0), $0.layer) < ((order[$1.stage] ?? 0), $1.layer) }
  }

  /// Forgets all times.
  public func resetStageTimes() { clock = StageClock() }
}
