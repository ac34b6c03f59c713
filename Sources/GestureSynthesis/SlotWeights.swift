/// How the events of a recording are shared out over its slots, and in a slot over the causes.
///
/// A weight is a rate of events in a unit of its own: only ratios of weights count.
struct SlotWeights {
  /// Weight of noise and of hot pixels, the same in every slot.
  let noise: Double
  let hot: Double

  private let partCount: Int
  /// Number of slots.
  let slotCount: Int
  /// Weights of the parts of the body: those of slot 0 in the order of ``BodyPart``, of slot 1, ….
  private let motions: [Double]
  /// Sum of the parts' weights in each slot.
  private let motionSums: [Double]

  /// Weighs all slots of `scene`, which is at its start.
  ///
  /// - Complexity: O(slots); allocates a weight for each part of each slot.
  init(slotCount: Int, scene: SlotScene, edges: [LitEdges], lighting: LightingModel) {
    var scene = scene
    var motions: [Double] = []
    motions.reserveCapacity(slotCount * edges.count)
    var motionSums: [Double] = []
    motionSums.reserveCapacity(slotCount)
    var motion = 0.0
    for _ in 0..<slotCount {
      scene.advance()
      var sum = 0.0
      for part in edges.indices {
        let weight = scene.parts[part].weight(of: edges[part])
        motions.append(weight)
        sum += weight
      }
      motionSums.append(sum)
      motion += sum
    }
    let mean = motion / Double(slotCount)
    let motionShare = 1 - lighting.noiseShare - Camera.hotShare
    noise = mean * lighting.noiseShare / motionShare
    hot = mean * Camera.hotShare / motionShare
    partCount = edges.count
    self.slotCount = slotCount
    self.motions = motions
    self.motionSums = motionSums
  }

  /// Weight of a part of the body in a slot.
  func motion(slot: Int, part: Int) -> Double {
    motions[slot * partCount + part]
  }

  /// Weight of all causes in a slot.
  func total(slot: Int) -> Double {
    noise + hot + motionSums[slot]
  }

  /// Number of events before the end of each slot, `eventCount` before the last's.
  func cumulativeCounts(eventCount: Int, lighting: LightingModel) -> [Int] {
    var sums: [Double] = []
    sums.reserveCapacity(slotCount)
    var sum = 0.0
    for slot in 0..<slotCount {
      let seconds = Double(slot) * SlotScene.slotSeconds
      sum += total(slot: slot) * (1 + lighting.flicker(atSeconds: seconds))
      sums.append(sum)
    }
    let scale = Double(eventCount) / sum
    var counts = sums.map { min(eventCount, Int($0 * scale)) }
    counts[slotCount - 1] = eventCount
    return counts
  }
}
