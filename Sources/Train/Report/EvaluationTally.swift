internal import EventData
internal import FrameCache
internal import SpikingNetwork

/// Accumulates the results of an evaluation, batch by batch.
struct EvaluationTally {
  /// The number of samples of a group, and of those classified correctly.
  private struct Count {
    var correct = 0
    var samples = 0

    mutating func add(isCorrect: Bool) {
      correct += isCorrect ? 1 : 0
      samples += 1
    }

    static func += (count: inout Count, other: Count) {
      count.correct += other.correct
      count.samples += other.samples
    }

    func group(_ name: String, classNumber: Int? = nil) -> EvaluationReport.Group {
      EvaluationReport.Group(
        name: name, classNumber: classNumber, correctCount: correct, sampleCount: samples)
    }
  }

  private var total = Count()
  private var confusion: ConfusionMatrix
  /// The counts by column and value.
  private var attributes: [[AttributeValue: Count]]
  private var mistakes: [Mistake] = []
  private var lossSum = 0.0
  private var spikeCounts: [Int]
  /// The synaptic operations of each layer; `nil` once a batch has none.
  private var operations: [Int]?
  private let network: NetworkDescription
  /// The number of neurons of each layer.
  private let neuronCounts: [Int]
  private let frameCount: Int
  /// The data set of the samples.
  private let schema: DataSetSchema

  /// Creates an empty tally.
  init(network: NetworkDescription, schema: DataSetSchema) {
    self.schema = schema
    self.network = network
    operations = Array(repeating: 0, count: network.neuronLayers.count)
    confusion = ConfusionMatrix(classCount: network.classCount)
    attributes = Array(repeating: [:], count: schema.columns.count)
    neuronCounts = network.neuronLayers.map(\.neuronCount)
    spikeCounts = Array(repeating: 0, count: neuronCounts.count)
    frameCount = network.frameCount
  }

  /// The number of samples so far.
  var sampleCount: Int { total.samples }

  /// Adds a batch.
  ///
  /// - Parameters:
  ///   - samples: The batch's samples.
  ///   - cache: The cache that contains them.
  ///   - result: The network's result for them.
  mutating func add(_ samples: [SampleIndex], of cache: FrameCache, _ result: BatchResult) {
    let predictions = result.predictions
    precondition(
      predictions.count == samples.count, "\(predictions.count) of \(samples.count) samples")
    lossSum += result.loss * Double(samples.count)
    for (number, prediction) in predictions.enumerated() {
      let record = cache.record(of: samples[number])
      let isCorrect = prediction == Int(record.label)
      confusion.add(of: Int(record.label), predictedAs: prediction)
      total.add(isCorrect: isCorrect)
      for (column, value) in record.attributes.enumerated() {
        attributes[column][value, default: Count()].add(isCorrect: isCorrect)
      }
      let rates = result.rates(ofSample: number)
      if let mistake = Mistake(samples[number], record, rates: rates, prediction: prediction) {
        mistakes.append(mistake)
      }
    }
    keepWorstMistakes()
    for (layer, counts) in result.spikeCounts.enumerated() {
      spikeCounts[layer] += counts.reduce(0, +)
    }
    addOperations(result.synapticOperations)
  }

  private mutating func addOperations(_ counts: [Int]?) {
    operations =
      counts?.count == operations?.count
      ? operations.map { zip($0, counts ?? []).map(+) } : nil
  }

  /// Adds the results of another tally of the same network and data set.
  ///
  /// Losses are summed in another order than in a single tally and may differ in the last bits; all
  /// other results are equal.
  mutating func merge(_ other: EvaluationTally) {
    precondition(
      (neuronCounts, frameCount) == (other.neuronCounts, other.frameCount),
      "\(neuronCounts) neurons and T \(frameCount), \(other.neuronCounts) and T \(other.frameCount)"
    )
    precondition(schema == other.schema, "\(schema.name), \(other.schema.name)")
    total += other.total
    confusion.merge(other.confusion)
    for (column, counts) in other.attributes.enumerated() {
      for (value, count) in counts { attributes[column][value, default: Count()] += count }
    }
    mistakes += other.mistakes
    keepWorstMistakes()
    lossSum += other.lossSum
    for (layer, count) in other.spikeCounts.enumerated() { spikeCounts[layer] += count }
    addOperations(other.operations)
  }

  /// Keeps the worst mistakes.
  ///
  /// Merging two tallies gives the worst mistakes of both, in a unique order:
  /// ``Mistake/isWorse(_:_:)`` has no ties.
  private mutating func keepWorstMistakes() {
    mistakes = Array(mistakes.sorted(by: Mistake.isWorse).prefix(Mistake.keptCount))
  }

  /// The report on the samples so far.
  ///
  /// - Parameter seconds: The duration of the evaluation.
  func report(seconds: Double) -> EvaluationReport {
    let names = ClassNames(schema)
    return EvaluationReport(
      sampleCount: total.samples, correctCount: total.correct,
      loss: total.samples == 0 ? 0 : lossSum / Double(total.samples), seconds: seconds,
      classes: (0..<confusion.classCount).map { label in
        Count(correct: confusion[label, label], samples: confusion.sampleCount(of: label))
          .group(schema.className(label), classNumber: names.classNumber(of: label))
      },
      attributes: zip(schema.columns, attributes).map { column, counts in
        EvaluationReport.Attribute(
          name: column.name, valueCount: counts.count,
          groups: counts.count > EvaluationReport.Attribute.maximumGroupCount
            ? []
            : counts.sorted { $0.key.isBefore($1.key) }.map { $1.group("\($0)") })
      },
      confusion: confusion,
      firingRates: zip(spikeCounts, neuronCounts).map { spikes, neurons in
        total.samples == 0
          ? 0 : Double(spikes) / (Double(neurons) * Double(frameCount) * Double(total.samples))
      },
      operations: total.samples == 0
        ? nil
        : operations.map {
          SynapticOperations(of: network, totals: $0, sampleCount: total.samples)
        }, mistakes: mistakes)
  }
}

extension AttributeValue {
  /// Orders values: integers before texts, each in ascending order.
  func isBefore(_ other: AttributeValue) -> Bool {
    switch (self, other) {
    case (.integer(let value), .integer(let other)): value < other
    case (.text(let value), .text(let other)): value < other
    case (.integer, .text): true
    case (.text, .integer): false
    }
  }
}
