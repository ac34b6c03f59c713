import SpikingNetwork

/// A network, frames for it, and the activity of its layers.
struct Workload {
  let network: NetworkDescription
  let batch: LabelledFrames
  /// The fraction of spikes among the inputs of its layers.
  let spikeFraction: Double

  init?(_ name: String, sampleCount: Int) {
    let blobCount: Int
    switch name {
    case "gesture":
      network = NetworkDescription()
      (spikeFraction, blobCount) = (0.06, 3)
    case "nmnist":
      // Table 1 of the PLIF paper.
      guard
        let network = try? NetworkDescription(
          notation: "{c128k3s1-BN-PLIF-MPk2s2}*2-DP-FC2048-PLIF-DP-FC100-PLIF-APk10s10",
          input: ImageShape(channelCount: 2, height: 34, width: 34), classCount: 10)
      else { return nil }
      self.network = network
      (spikeFraction, blobCount) = (0.1, 2)
    default: return nil
    }
    batch = Self.frames(for: network, sampleCount: sampleCount, blobCount: blobCount)
  }

  /// Frames with a few moving spots of events, as of a moving hand: 3 to 10 % of the counts are not
  /// 0.
  private static func frames(
    for network: NetworkDescription, sampleCount: Int, blobCount: Int
  ) -> LabelledFrames {
    var words = RandomWords(seed: 1)
    let (height, width) = (network.input.height, network.input.width)
    let frameCount = network.frameCount
    var counts = [UInt8](
      repeating: 0, count: sampleCount * frameCount * network.input.valueCount)
    for sample in 0..<sampleCount {
      for _ in 0..<blobCount {
        var (row, column) = (words.below(height), words.below(width))
        for frame in 0..<frameCount {
          row = (row + words.below(7) + height - 3) % height
          column = (column + words.below(7) + width - 3) % width
          let radius = height / 10
          for _ in 0..<height * width / 40 {
            let y = row + words.below(2 * radius + 1) - radius
            let x = column + words.below(2 * radius + 1) - radius
            guard (0..<height).contains(y), (0..<width).contains(x) else { continue }
            let image = (sample * frameCount + frame) * network.input.channelCount
            counts[((image + words.below(2)) * height + y) * width + x] &+= 1
          }
        }
      }
    }
    return LabelledFrames(
      counts: .uint8(counts),
      labels: (0..<sampleCount).map { UInt8($0 % network.classCount) },
      frameCounts: [Int](repeating: frameCount, count: sampleCount))
  }
}

/// Random numbers by SplitMix64.
struct RandomWords {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func below(_ bound: Int) -> Int {
    state &+= 0x9e37_79b9_7f4a_7c15
    var word = state
    word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
    word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
    return Int((word ^ (word >> 31)) % UInt64(bound))
  }
}
