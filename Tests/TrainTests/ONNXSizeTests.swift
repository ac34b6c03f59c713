import FileAccess
import SpikingNetwork
import Support
import SystemPackage
import Testing

@testable import Train

@Suite("Sizes of models of ONNX")
struct ONNXSizeTests {
  private static func trained(
    _ notation: String, _ input: ImageShape, isEmpty: Bool = false,
    neuron: NeuronDescription = NeuronDescription()
  ) throws -> TrainedNetwork {
    let network = try NetworkDescription(
      notation: notation, input: input, classCount: 11, frameCount: 4, neuron: neuron)
    let state =
      isEmpty
      ? NetworkState(parameters: [], statistics: []) : NetworkState(initial: network, seed: 3)
    return TrainedNetwork(
      settings: TrainingSettings(network: network), state: state, epochCount: 7, cache: nil)
  }

  @Test(
    "are known before the model is made, to 16 bytes a tensor",
    arguments: [
      "c1k3s1-BN-LIF-FC11-LIF", "{c16k3s1-BN-LIF-MPk2s2}*3-DP-FC512b-LIF-DP-FC110-LIF-APk10s10",
      "{c40k3s1-BN-PLIF-APk2s2}*2-FC300-PLIF-FC11b-PLIF", "{c1k3s1-BN-LIF}*40-FC11-LIF",
    ])
  func bound(_ notation: String) throws {
    let neuron = NeuronDescription(
      membrane: notation.contains("PLIF") ? .learned(initialTau: 2) : .fixed(tau: 2))
    let trained = try Self.trained(
      notation, ImageShape(channelCount: 2, height: 32, width: 24), neuron: neuron)
    let (network, directory) = (trained.settings.network, try TemporaryDirectory())
    let export = try WeightsExport(
      trained, .onnx, names: .pythonNet, labels: .dataSet, path: "net.safetensors")
    _ = try export.write(to: directory.file("x.onnx"), replacing: false)
    let size = try readFile(directory.file("x.onnx")).count
    let note = WeightsRecord(
      settings: trained.settings, cache: nil, epochCount: 7, names: .pythonNet, labels: .dataSet
    ).note
    let bound = ONNXExport.byteCountBound(of: network, note: note)
    let tensorCount = network.parameters.count + network.statistics.count
    #expect(bound >= size && bound - size <= 16 * tensorCount, "\(size), \(bound)")
  }

  @Test("over 2 GiB are refused before anything is written, with the size and what to do")
  func limit() throws {
    let input = ImageShape(channelCount: 2, height: 128, width: 128)
    func refusal(_ neuronCount: Int) throws -> String? {
      let trained = try Self.trained(
        "c512k3s1-BN-LIF-FC\(neuronCount)-LIF-FC11-LIF", input, isEmpty: true)
      do throws(TrainError) {
        _ = try WeightsExport(
          trained, .onnx, names: .pythonNet, labels: .dataSet, path: "net.safetensors")
        return nil
      } catch { return error.description }
    }
    #expect(try refusal(63) == nil)
    // The first linear layer alone has 2 GiB of weights, one byte too many.
    let text = try #require(try refusal(64))
    let size = text.split(separator: " ").compactMap { Int($0) }.max() ?? 0
    #expect(size > 1 << 31 && size < (1 << 31) + 100_000)
    #expect(
      text
        == "net.safetensors: --to onnx: a file of at most 2147483647 bytes expected, the limit of "
        + "protocol buffers, \(size) needed: --to nir and --to safetensors have no such limit, and "
        + "networks with fewer channels or neurons take less")
  }
}
