/// Adds up how long each stage of each layer takes.
struct StageClock {
  /// A stage of a layer, from 0; layers share what belongs to none.
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
