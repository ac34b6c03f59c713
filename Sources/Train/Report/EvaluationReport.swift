public import FrameCache
public import SpikingNetwork

/// What a pass over samples found, without learning from them.
public struct EvaluationReport: Equatable, Sendable {
  /// How many samples of a group were told apart rightly.
  public struct Tally: Equatable, Sendable {
    /// Those that were.
    public var correctCount = 0
    /// All of the group.
    public var sampleCount = 0

    /// The share of those that were; 0 of none.
    public var accuracy: Double {
      sampleCount == 0 ? 0 : Double(correctCount) / Double(sampleCount)
    }

    mutating func add(isCorrect: Bool) {
      correctCount += isCorrect ? 1 : 0
      sampleCount += 1
    }
  }

  /// All samples.
  public private(set) var total = Tally()
  /// The mean loss of the samples.
  public var loss: Double { total.sampleCount == 0 ? 0 : lossSum / Double(total.sampleCount) }
  /// The share of samples that were told apart rightly.
  public var accuracy: Double { total.accuracy }
  /// How often class r was taken for class c: `[r][c]`, 11 rows and columns.
  public private(set) var confusion: [[Int]]
  /// The samples of each subject.
  public private(set) var subjects: [UInt8: Tally] = [:]
  /// The samples of each lighting.
  public private(set) var lightings: [String: Tally] = [:]
  /// The worst mistakes, the worst first; at most ``Mistake/keptCount``.
  public private(set) var mistakes: [Mistake] = []
  /// Seconds that the pass took.
  public var seconds = 0.0

  private var lossSum = 0.0
  private var spikeCounts = [Int](repeating: 0, count: NetworkDescription.neuronLayerCount)
  /// Neurons of each layer.
  private let neuronCounts: [Int]
  private let frameCount: Int

  /// Begins with no samples.
  public init(network: NetworkDescription) {
    let classCount = NetworkDescription.classCount
    confusion = Array(repeating: Array(repeating: 0, count: classCount), count: classCount)
    neuronCounts =
      network.convolutions.map { $0.outputChannelCount * $0.sideLength * $0.sideLength }
      + network.linears.map(\.outputCount)
    frameCount = network.frameCount
  }

  /// Adds a batch.
  ///
  /// - Parameters:
  ///   - samples: The batch's samples.
  ///   - cache: Where they are from.
  ///   - result: What the network made of them.
  public mutating func add(_ samples: [SampleIndex], of cache: FrameCache, _ result: BatchResult) {
    let predictions = result.predictions
    precondition(
      predictions.count == samples.count, "\(predictions.count) of \(samples.count) samples")
    lossSum += result.loss * Double(samples.count)
    for (number, prediction) in predictions.enumerated() {
      let record = cache.record(of: samples[number])
      let isCorrect = prediction == Int(record.label)
      confusion[Int(record.label)][prediction] += 1
      total.add(isCorrect: isCorrect)
      subjects[record.subject, default: Tally()].add(isCorrect: isCorrect)
      lightings[record.lighting, default: Tally()].add(isCorrect: isCorrect)
      let classCount = NetworkDescription.classCount
      let rates = result.rates[number * classCount..<(number + 1) * classCount]
      if let mistake = Mistake(samples[number], record, rates: rates, prediction: prediction) {
        mistakes.append(mistake)
      }
    }
    mistakes = Array(mistakes.sorted(by: Mistake.isWorse).prefix(Mistake.keptCount))
    for (layer, counts) in result.spikeCounts.enumerated() {
      spikeCounts[layer] += counts.reduce(0, +)
    }
  }

  /// The samples of each class.
  public var classes: [Tally] {
    confusion.enumerated().map { label, row in
      Tally(correctCount: row[label], sampleCount: row.reduce(0, +))
    }
  }

  /// Spikes of each layer by neurons, samples and frames, padding with them.
  public var firingRates: [Double] {
    zip(spikeCounts, neuronCounts).map { spikes, neurons in
      total.sampleCount == 0
        ? 0 : Double(spikes) / (Double(neurons) * Double(frameCount) * Double(total.sampleCount))
    }
  }
}
