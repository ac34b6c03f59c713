import FileAccess
import FrameCache
import SpikingNetwork
import Support
import Testing

@testable import Train

@Suite("A run's history")
struct RunHistoryTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func line(_ epoch: Int, loss: Double = 0.5) -> String {
    #"{"epoch":\#(epoch),"learning_rate":0.001,"samples_per_second":9,"step":\#(epoch + 1),"total_time":2,"#
      + #""train_acc":0.25,"train_loss":\#(loss),"train_time":1,"type":"epoch"}"#
  }

  private func history(_ text: String) throws -> RunHistory {
    try RunHistory(reading: directory.write(text, to: "metrics.jsonl"))
  }

  @Test("contains each epoch, and skips other lines")
  func epochs() throws {
    let step =
      #"{"epoch":0,"step":1,"loss":1,"accuracy":0,"seconds":1,"spikes":[],"learning_rate":1,"type":"step"}"#
    let text = [step, line(0), step, line(1), "", line(2)].joined(separator: "\n") + "\n"
    #expect(try history(text).epochs.map(\.epoch) == [0, 1, 2])
  }

  @Test("of a truncated file contains the complete lines")
  func cuts() throws {
    let lines = [line(0), line(1), line(2)]
    let text = lines.joined(separator: "\n") + "\n"
    for count in 0...text.utf8.count {
      let epochs = try history(String(text.prefix(count))).epochs.map(\.epoch)
      // A line needs its closing brace, but not its line break.
      let whole = (0..<3).filter { lines[...$0].joined(separator: "\n").utf8.count <= count }
      #expect(epochs == whole, "cut at \(count)")
    }
  }

  @Test("contains the later of two lines of an epoch")
  func again() throws {
    let text = [line(0), line(1), line(2), line(1, loss: 0.125)].joined(separator: "\n")
    let epochs = try history(text).epochs
    #expect(epochs.map(\.epoch) == [0, 1])
    #expect(epochs.last?.trainingLoss == 0.125)
  }

  @Test("is empty if no epoch is complete", arguments: ["", "\n\n"])
  func empty(text: String) throws {
    #expect(try history(text).epochs.isEmpty)
  }

  @Test(
    "rejects a corrupt line by its number; only the last may be truncated",
    arguments: [
      "{}", "[]", #"{"type":"epoch"}"#, "\u{0}\u{FF}", #"{"type":"epoch","epoch":"x"}"#,
      #"{"epoch":1e400,"type":"epoch"}"#, #"{"epoch":0,"type":"step"}x"#,
    ])
  func damaged(text: String) throws {
    #expect(try history(line(0) + "\n" + text).epochs.map(\.epoch) == [0])
    let error = #expect(throws: TrainError.self) { try history(line(0) + "\n" + text + "\n") }
    #expect(error?.code == .file && error?.location == "line 2")
    // A resumed run, which rewrites the file, does not discard the line either.
    let path = try directory.write(line(0) + "\n" + text + "\n", to: "metrics.jsonl")
    let trimming = #expect(throws: FileError.self) {
      _ = try MetricsFile(appendingTo: path, epoch: 1, stepCount: 1)
    }
    #expect(trimming?.description.contains("line 2 is corrupt") == true)
  }

  @Test("describes what computed it, by ranges of epochs if that changed")
  func machines() throws {
    func text(_ machines: [String?]) throws -> String? {
      let lines = machines.enumerated().map { epoch, machine in
        guard let machine else { return line(epoch) }
        return line(epoch).dropLast()
          + #","engine":"cpu (\#(machine))","processor":"P \#(machine)"}"#
      }
      return try history(lines.joined(separator: "\n")).machinesText
    }
    #expect(try text([]) == nil)
    #expect(try text([nil, nil]) == nil)
    #expect(try text(["a", "a", "a"]) == "cpu (a) on P a")
    #expect(
      try text(["a", "a", "b", "a", "a"])
        == "epochs 0 to 1: cpu (a) on P a; epoch 2: cpu (b) on P b; epochs 3 to 4: cpu (a) on P a")
    #expect(try text([nil, "a", nil, "a"]) == "epoch 1: cpu (a) on P a; epoch 3: cpu (a) on P a")
    // Engine and processor must both be present.
    let half = line(0).dropLast() + #","engine":"cpu"}"#
    #expect(try history(String(half)).machinesText == nil)
  }

  @Test("rejects a negative epoch")
  func negative() throws {
    #expect(throws: TrainError.self) { try history(line(-3) + "\n" + line(0)) }
  }

  @Test("rejects a confusion matrix that is not square, and mistakes of unknown classes")
  func confusions() throws {
    func report(_ confusion: String, mistakes: String = "[]") throws -> EpochReport? {
      let test =
        #"{"samples":1,"correct":0,"accuracy":0,"loss":1,"seconds":1,"by_class":[],"by_subject":[],"#
        + #""by_lighting":[],"firing_rates":[],"confusion":\#(confusion),"mistakes":\#(mistakes)}"#
      let text = line(0).dropLast() + #","test":\#(test)}"#
      return try history(String(text)).epochs.first
    }
    let row = "[0,0,0,0,0,0,0,0,0,0,1]"
    func rows(_ count: Int, _ row: String) -> String {
      "[" + Array(repeating: row, count: count).joined(separator: ",") + "]"
    }
    #expect(try report(rows(11, row)) != nil)
    #expect(try report(rows(10, row)) == nil)
    #expect(try report(rows(11, "[1]")) == nil)
    #expect(try report(rows(11, row.replacing("1]", with: "-1]"))) == nil)
    #expect(try report(rows(11, row.replacing("1]", with: "9223372036854775807]"))) == nil)
    #expect(try report("[[1]]")?.test?.confusion.rows == [[1]])
    #expect(try report("[[1,0,2],[0,1,0],[3,0,0]]")?.test?.confusion.classCount == 3)
    #expect(try report("[]") == nil)
    func mistake(_ label: Int, _ prediction: Int) -> String {
      #"[{"split":"test","number":0,"sample":"a","label":\#(label),"prediction":\#(prediction),"#
        + #""label_rate":0,"rate":0.5}]"#
    }
    #expect(try report("[[0,1],[0,0]]", mistakes: mistake(0, 1))?.test?.mistakes.count == 1)
    for (label, prediction) in [(0, 2), (2, 0), (-1, 0), (0, -1), (Int.max, 0), (0, 256)] {
      #expect(try report("[[0,1],[0,0]]", mistakes: mistake(label, prediction)) == nil)
    }
  }

  @Test(
    "contains an epoch as it was written, except the time left", arguments: [false, true])
  func written(bestIsValidation: Bool) throws {
    let cache = try SmallCache(in: directory).cache
    let network = TrainingSettings.small.network
    let engine = ArithmeticEngine(network: network, state: NetworkState(initial: network, seed: 1))
    var wrong: [(margin: Float, number: Int)] = []
    let test = try Evaluation(cache, samples: cache.samples, batchSize: 3, loaderThreadCount: 0)
      .run(engine, loss: .meanSquaredError) { samples, result in
        for (number, sample) in samples.enumerated() {
          let rates = result.rates[number * 11..<(number + 1) * 11]
          let label = Int(cache.record(of: sample).label)
          let margin = rates.max()! - rates[rates.startIndex + label]
          if result.predictions[number] != label { wrong.append((margin, sample.number)) }
        }
      }
    var report = EpochReport(
      epoch: 3, stepCount: 12, learningRate: 0.5, trainingLoss: 0.1, trainingAccuracy: 0.2,
      validation: bestIsValidation ? test : nil, test: test, bestAccuracy: 0.5, bestEpoch: 2,
      bestIsValidation: bestIsValidation,
      trainingSeconds: 3, totalSeconds: 4, samplesPerSecond: 5,
      // Lines of 0.1.0 have no machine.
      machine: bestIsValidation ? nil : RunMachine(engine: "cpu (avx2)", processor: "A \"B\""),
      secondsLeft: 6)
    let path = directory.file("metrics.jsonl")
    try MetricsFile(appendingTo: path, epoch: 0, stepCount: 0).append(report)
    report.secondsLeft = nil
    #expect(try RunHistory(reading: path).epochs == [report])
    #expect(test.attributes[0].groups.map(\.name) == ["1", "2", "24"])
    // The worst mistakes, worst first.
    let margins: [Float] = wrong.map(\.margin).sorted(by: >)
    #expect(wrong.count > 2)
    #expect(test.mistakes.map(\.margin) == Array(margins.prefix(Mistake.keptCount)))
    for (first, second) in zip(test.mistakes, test.mistakes.dropFirst()) {
      #expect(!Mistake.isWorse(second, first))
    }
  }

  @Test(
    "counts at most as many additions for input spikes as there are dense operations"
  )
  func layerActivity() {
    let network = NetworkDescription(frameCount: 2, channelCount: 3, sideLength: 32)
    let layers = LayerActivity.layers(of: network, firingRates: [0.5, 0.25, 0, 1, 1, 0.5, 0.1])
    #expect(
      layers.map(\.name) == ["conv 1", "conv 2", "conv 3", "conv 4", "conv 5", "fc 1", "fc 2"])
    #expect(layers[0].spikesPerSample == 3072)
    #expect(layers[0].spikeOperations == nil)
    #expect(layers[0].denseOperations == 110_592)
    // 3072 spikes, 27 weights each, are more than the dense operations, which bound the count.
    #expect(layers[1].denseOperations == 41_472)
    #expect(layers[1].spikeOperations == 41_472)
    // 384 spikes of the second layer, 27 weights each.
    #expect(layers[2].spikeOperations == 10_368)
    #expect(layers[3].spikeOperations == 0)
    // 12 neurons in 2 frames spike with rate 0.5, and each spike reaches 110 outputs.
    #expect(layers[6].spikeOperations == 1320)
    #expect(LayerActivity.layers(of: network, firingRates: []).isEmpty)
    var other = network
    other.change(notation: "c2k3s1-BN-LIF-c3k3s1-BN-LIF-MPk2s2-FC11-LIF")
    let activities = LayerActivity.layers(of: other, firingRates: [0.25, 0.5, 1])
    #expect(activities.map(\.name) == ["conv 1", "conv 2", "fc 1"])
    #expect(activities.map(\.neuronCount) == [32_768, 49_152, 11])
    // 16 384 spikes, 27 weights each.
    #expect(activities[1].spikeOperations == 442_368)
    #expect(activities[2].denseOperations == 270_336)
  }
}
