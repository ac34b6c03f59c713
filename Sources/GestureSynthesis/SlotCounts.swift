/// How many events each slot of a recording gets, and what part of them is noise.
struct SlotCounts {
  /// Events before the end of each slot; the last is the number of all events.
  let cumulativeCounts: [Int]
  /// Weight of noise and of hot pixels in any slot, in the unit of ``SlotScene/motionWeight``.
  let noiseWeight: Double
  let hotWeight: Double

  /// How far chance moves the rate of a slot, as a share.
  private static let jitter = 0.15

  /// Shares `eventCount` events out over the slots of `scene`, which is at its start.
  ///
  /// - Complexity: O(slots); allocates the counts and as many weights.
  init(
    eventCount: Int, slotCount: Int, scene: SlotScene, lighting: LightingModel,
    random: inout Xoshiro256StarStar
  ) {
    var scene = scene
    var weights: [Double] = []
    weights.reserveCapacity(slotCount)
    var motion = 0.0
    for _ in 0..<slotCount {
      scene.advance()
      let weight = scene.motionWeight
      weights.append(weight)
      motion += weight
    }
    let mean = motion / Double(slotCount)
    let motionShare = 1 - lighting.noiseShare - Camera.hotShare
    noiseWeight = mean * lighting.noiseShare / motionShare
    hotWeight = mean * Camera.hotShare / motionShare
    var sum = 0.0
    for slot in weights.indices {
      let seconds = Double(slot) * SlotScene.slotSeconds
      let chance = 1 + Self.jitter * (random.uniform() - random.uniform())
      let light = 1 + lighting.flicker(atSeconds: seconds)
      sum += (weights[slot] + noiseWeight + hotWeight) * chance * light
      weights[slot] = sum
    }
    let scale = Double(eventCount) / sum
    var counts = weights.map { min(eventCount, Int($0 * scale)) }
    counts[slotCount - 1] = eventCount
    cumulativeCounts = counts
  }
}
