/// Measures the total time of each stage of each layer.
struct StageClock {
  /// A stage and the index of its layer; 0 for stages that belong to no single layer.
  struct Key: Hashable {
    let stage: CPUStage
    let layer: Int
  }

  /// The time of a stage.
  struct Time {
    /// Wall-clock seconds.
    var seconds = 0.0
    /// The seconds outside parallel loops.
    var serialSeconds = 0.0
  }

  private(set) var times: [Key: Time] = [:]
  private let loopTime: LoopTime
  private var start = ContinuousClock.now
  private var loopStart = 0.0

  init(_ loopTime: LoopTime) { self.loopTime = loopTime }

  /// Starts the first stage.
  mutating func begin() {
    start = .now
    loopStart = loopTime.seconds
  }

  /// Ends the current stage, which is the given one, and starts the next.
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
