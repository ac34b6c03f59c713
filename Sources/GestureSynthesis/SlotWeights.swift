/// The distribution of a recording's events over its slots, and within a slot over their causes.
///
/// A weight is an event rate in arbitrary units: only ratios matter.
struct SlotWeights {
  /// The weights of noise and of hot pixels, constant over the slots.
  let noise: Double
  let hot: Double

  private let partCount: Int
  /// The number of slots.
  let slotCount: Int
  /// The weights of the body's parts, `[slot, part]`, with parts in the order of ``BodyPart``.
  private let motions: [Double]
  /// The sum of the parts' weights in each slot.
  private let motionSums: [Double]

  /// Computes the weights of all slots of `scene`, which must be before its first slot.
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
    let motionFraction = 1 - lighting.noiseFraction - Camera.hotPixelFraction
    noise = mean * lighting.noiseFraction / motionFraction
    hot = mean * Camera.hotPixelFraction / motionFraction
    partCount = edges.count
    self.slotCount = slotCount
    self.motions = motions
    self.motionSums = motionSums
  }

  /// The weight of a part of the body in a slot.
  func motion(slot: Int, part: Int) -> Double {
    motions[slot * partCount + part]
  }

  /// The total weight of all causes in a slot.
  func total(slot: Int) -> Double {
    noise + hot + motionSums[slot]
  }

  /// The number of events before the end of each slot; the last is `eventCount`.
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
