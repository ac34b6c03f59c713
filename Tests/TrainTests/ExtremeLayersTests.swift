import SpikingNetwork
import Testing

@testable import Train

@Suite("Silent and saturated layers")
struct ExtremeLayersTests {
  private let network = TrainingSettings.small.network

  private func text(_ rates: [Double]) -> String? {
    ExtremeLayers(firingRates: rates).text("in 50 steps", of: network)
  }

  @Test("are named")
  func texts() {
    #expect(text([0.1, 0.2, 0.3, 0.1, 0.1, 1e-9, 0.98]) == nil)
    #expect(
      text([0.1, 0, 0, 0, 0, 0, 0])
        == "no neuron of conv 2 to fc 2 fired in 50 steps")
    #expect(
      text([0, 0.1, 0, 0, 0.2, 0.2, 0.2])
        == "no neuron of conv 1, conv 3 and conv 4 fired in 50 steps")
    #expect(
      text([0.1, 0.1, 0.1, 0.1, 0.1, 0, 1])
        == "no neuron of fc 1 fired in 50 steps; the neurons of fc 2 fired in 99 % or more of the "
        + "time steps in 50 steps")
  }

  private func step(_ number: Int, epoch: Int = 0, _ counts: [Int]) -> StepReport {
    StepReport(
      step: number, epoch: epoch, learningRate: 0, loss: 0, accuracy: 0, spikeCounts: counts,
      seconds: 0)
  }

  @Test("are told after 50 steps or an epoch, each layer once")
  func monitor() {
    let monitor = FiringMonitor(.small)
    func add(_ number: Int, _ counts: [Int], ends: Bool = false) -> String? {
      monitor.add(step(number, counts), sampleCount: 4, isLastOfEpoch: ends)
    }
    let alive = [1, 1, 1, 1, 1, 1, 1]
    let silent = [1, 1, 1, 1, 1, 1, 0]
    // A layer that fires once in the steps is not silent.
    for number in 1...49 { #expect(add(number, silent) == nil) }
    #expect(add(50, alive) == nil)
    for number in 51...99 { #expect(add(number, silent) == nil) }
    #expect(
      add(100, silent)
        == "epoch 0: no neuron of fc 2 fired in 50 steps: usual in the first epochs, while steps "
        + "are few")
    #expect(add(101, silent, ends: true) == nil)
    #expect(add(102, alive, ends: true) == nil)
    // Another layer.
    #expect(
      add(103, [0, 1, 1, 1, 1, 1, 1], ends: true)?.hasPrefix(
        "epoch 0: no neuron of conv 1 fired in 1 step: ") == true)
  }

  @Test("that stay silent for three epochs in a row are told once more, with advice")
  func lasting() {
    let monitor = FiringMonitor(.small)
    func epoch(_ number: Int, _ counts: [Int]) -> [String] {
      (0..<2).compactMap {
        monitor.add(
          step(2 * number + $0, epoch: number, counts), sampleCount: 4, isLastOfEpoch: $0 == 1)
      }
    }
    let alive = [1, 1, 1, 1, 1, 1, 1]
    let silent = [1, 1, 1, 1, 1, 0, 0]
    #expect(epoch(0, silent).count == 1)
    #expect(epoch(1, silent) == [])
    // Both fire again, and then fall silent.
    #expect(epoch(2, alive) == [])
    for number in 3...4 { #expect(epoch(number, silent) == []) }
    #expect(
      epoch(5, silent) == [
        "epoch 5: no neuron of fc 1 and fc 2 has fired for 3 epochs: a higher -lr, another -opt or a "
          + "lower -v_threshold may help"
      ])
    for number in 6...9 { #expect(epoch(number, silent) == []) }
    // Late in training, silence is not usual.
    #expect(
      epoch(10, [0, 1, 1, 1, 1, 1, 1]) == ["epoch 10: no neuron of conv 1 fired in 2 steps"])
  }

  @Test("are told when nearly all neurons fire in all time steps")
  func saturated() throws {
    let network = network
    let full = network.neuronLayers.map { $0.neuronCount * network.frameCount * 4 }
    var counts = full.map { $0 / 2 }
    counts[1] = full[1]
    let monitor = FiringMonitor(.small)
    let warning = try #require(
      monitor.add(step(1, counts), sampleCount: 4, isLastOfEpoch: true))
    #expect(warning.hasPrefix("epoch 0: the neurons of conv 2 fired in 99 % or more"))
    #expect(warning.hasSuffix(": a lower -lr or a higher -v_threshold may help"))
  }
}
