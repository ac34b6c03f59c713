/// Adds up how long each stage of each layer takes.
struct StageClock {
  /// A stage of a layer, from 0; layers share what belongs to none.
  struct Key: Hashable {
    let stage: CPUStage
    let layer: Int
  }

  /// What a stage took.
  struct Time {
    /// Wall-clock seconds.
    var seconds = 0.0
    /// Those of them that were in no loop.
    var serialSeconds = 0.0
  }

  private(set) var times: [Key: Time] = [:]
  private let loopTime: LoopTime
  private var start = ContinuousClock.now
  private var loopStart = 0.0

  init(_ loopTime: LoopTime) { self.loopTime = loopTime }

  /// Begins to measure a stage.
  mutating func begin() {
    start = .now
    loopStart = loopTime.seconds
  }

  /// Ends a stage that began last; the next one begins.
  mutating func end(_ stage: CPUStage, _ layer: Int) {
    let (now, loops) = (ContinuousClock.now, loopTime.seconds)
    let (whole, fraction) = (now - start).components
    let seconds = Double(whole) + Double(fraction) * 1e-18
    let key = Key(stage: stage, layer: layer)
    times[key, default: Time()].seconds += seconds
    times[key, default: Time()].serialSeconds += max(0, seconds - (loops - loopStart))
    start = now
    loopStart = loops
  }
}
