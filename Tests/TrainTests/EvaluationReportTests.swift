import EventData
import FrameCache
import SpikingNetwork
import Support
import Testing

@testable import Train

@Suite("The report of an evaluation")
struct EvaluationReportTests {
  @Test("counts the same samples by class, by subject, by lighting and in the confusion matrix")
  func sums() throws {
    let directory = try TemporaryDirectory()
    let cache = try SmallCache(in: directory).cache
    let network = TrainingSettings.small.network
    let engine = ArithmeticEngine(
      network: network, state: NetworkState(initial: network, seed: 1))
    var correctCount = 0
    var lossSum = 0.0
    var spikeCounts = [Int](repeating: 0, count: 7)
    let report = try Evaluation(
      cache, samples: cache.samples, batchSize: 3, loaderThreadCount: 1
    ).run(engine, loss: .meanSquaredError) { samples, result in
      lossSum += result.loss * Double(samples.count)
      for (sample, prediction) in zip(samples, result.predictions) {
        correctCount += prediction == Int(cache.record(of: sample).label) ? 1 : 0
      }
      for layer in 0..<7 { spikeCounts[layer] += result.spikeCounts[layer].reduce(0, +) }
    }
    #expect(report.sampleCount == 20 && report.correctCount == correctCount)
    #expect(report.accuracy == Double(correctCount) / 20)
    #expect(abs(report.loss - lossSum / 20) < 1e-15)
    for tallies in [report.classes] + report.attributes.map(\.groups) {
      #expect(tallies.reduce(0) { $0 + $1.sampleCount } == 20)
      #expect(tallies.reduce(0) { $0 + $1.correctCount } == correctCount)
    }
    #expect(report.confusion.rows.joined().reduce(0, +) == 20)
    #expect(report.attributes.map(\.name) == ["subject", "lighting"])
    #expect(report.attributes[0].groups.map(\.name) == ["1", "2", "24"])
    #expect(
      report.attributes[1].groups.map(\.name) == ["fluorescent", "fluorescent_led", "lab", "led"])
    // T = 2 and 20 samples; the first layer has 1 × 128 × 128 neurons, the last 110.
    #expect(report.firingRates[0] == Double(spikeCounts[0]) / (128 * 128 * 2 * 20))
    #expect(report.firingRates[6] == Double(spikeCounts[6]) / (110 * 2 * 20))
    #expect(report.classes.map(\.classNumber) == Array(1...11))
    let text = report.text(of: network, ClassNames(cache.schema))
    #expect(text.hasPrefix("accuracy "))
    let largest = try #require(report.classes.map(\.sampleCount).max())
    #expect(
      text.contains("\nalways the largest class: ")
        && text.contains(" % (\(largest) of \(report.sampleCount))\n\n"))
    #expect(text.contains("\n11 other_gestures (label 10) ") && text.contains("\nconv 5 "))
  }
}
