/// From the spikes of the last layer to rates, and back.
///
/// Ten neighbours vote for a class; the rate is the mean of their spikes over the frames that are no padding.
public struct Readout: Sendable {
  /// T.
  public let stepCount: Int
  /// Frames of each sample that are no padding `[N]`.
  public let frameCounts: [Int]

  /// Describes the last layer of a batch.
  public init(stepCount: Int, frameCounts: [Int]) {
    self.stepCount = stepCount
    self.frameCounts = frameCounts
  }

  /// The rates `[N, 11]` of spikes `[T, N, 110]`; 0 for a sample without frames.
  public func rates(_ spikes: [Float]) -> [Float] {
    var counts = [Float](repeating: 0, count: frameCounts.count * NetworkDescription.classCount)
    forEachSpike { place, rate, _ in counts[rate] += spikes[place] }
    for place in counts.indices {
      let frameCount = frameCounts[place / NetworkDescription.classCount]
      if frameCount > 0 { counts[place] /= Float(NetworkDescription.voterCount * frameCount) }
    }
    return counts
  }

  /// The gradient by the spikes `[T, N, 110]` from that by the rates `[N, 11]`.
  public func spikeGradient(_ rateGradient: [Float]) -> [Float] {
    var result = [Float](
      repeating: 0, count: stepCount * frameCounts.count * NetworkDescription.outputCount)
    forEachSpike { place, rate, frameCount in
      result[place] = rateGradient[rate] / Float(NetworkDescription.voterCount * frameCount)
    }
    return result
  }

  private func forEachSpike(_ body: (_ place: Int, _ rate: Int, _ frameCount: Int) -> Void) {
    let outputCount = NetworkDescription.outputCount
    for step in 0..<stepCount {
      for (sample, frameCount) in frameCounts.enumerated() where step < frameCount {
        for output in 0..<outputCount {
          body(
            (step * frameCounts.count + sample) * outputCount + output,
            sample * NetworkDescription.classCount + output / NetworkDescription.voterCount,
            frameCount)
        }
      }
    }
  }
}
