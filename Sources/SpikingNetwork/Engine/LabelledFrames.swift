/// A batch of samples as the cache holds them.
public struct LabelledFrames: Sendable {
  /// Numbers of events.
  public enum Counts: Sendable {
    /// A byte each.
    case uint8([UInt8])
    /// Two bytes each.
    case uint16([UInt16])

    /// How many there are.
    public var count: Int {
      switch self {
      case .uint8(let counts): counts.count
      case .uint16(let counts): counts.count
      }
    }
  }

  /// Events of each cell, `[N, T, 2, H, W]` row-major.
  public let counts: Counts
  /// The classes, 0…10 `[N]`.
  public let labels: [UInt8]
  /// Frames of each sample that are no padding `[N]`: only these count in the mean of the output spikes.
  public let frameCounts: [Int]

  /// Makes a batch.
  public init(counts: Counts, labels: [UInt8], frameCounts: [Int]) {
    precondition(
      labels.count == frameCounts.count, "\(labels.count) labels, \(frameCounts.count) counts")
    precondition(
      labels.allSatisfy { $0 < NetworkDescription.classCount }, "labels 0…10 expected")
    self.counts = counts
    self.labels = labels
    self.frameCounts = frameCounts
  }

  /// N.
  public var sampleCount: Int { labels.count }
}

/// What a network made of a batch.
public struct BatchResult: Equatable, Sendable {
  /// Mean votes of each class over the frames, its firing rate `[N, 11]`.
  public var rates: [Float]
  /// The loss, a mean over the batch.
  public var loss: Double
  /// Spikes of each channel (of the five convolutions, before pooling) or neuron (of the two linear layers), summed
  /// over T, N, H and W, padding with them.
  public var spikeCounts: [[Int]]

  /// Makes a result.
  public init(rates: [Float], loss: Double, spikeCounts: [[Int]]) {
    self.rates = rates
    self.loss = loss
    self.spikeCounts = spikeCounts
  }

  /// The class with the highest rate of each sample, the lowest of equals.
  public var predictions: [Int] {
    let classCount = NetworkDescription.classCount
    return stride(from: 0, to: rates.count, by: classCount).map { start in
      (0..<classCount).reduce(0) { rates[start + $1] > rates[start + $0] ? $1 : $0 }
    }
  }
}
