import EventData
import FileAccess
import FrameCache
import Safetensors
import SpikingNetwork
import Support
import SystemPackage
import Testing

@testable import Train

@Suite("A checkpoint")
struct CheckpointTests {
  private let directory: TemporaryDirectory
  private var path: FilePath { directory.file("checkpoint.safetensors") }
  private let checkpoint: Checkpoint

  init() throws {
    directory = try TemporaryDirectory()
    checkpoint = try Self.checkpoint(of: .init(frameCount: 2, channelCount: 1, sideLength: 32))
  }

  /// A checkpoint after two optimizer steps, in the middle of an epoch.
  static func checkpoint(of network: NetworkDescription) throws -> Checkpoint {
    var settings = TrainingSettings(network: network)
    settings.seed = 1 << 63 + 1
    var state = NetworkState(initial: network, seed: 3)
    for step in 1...2 {
      settings.optimizer.update(
        &state, gradients: state.parameters.map { $0.map { $0 * Float(step) + 0.1 } },
        learningRate: 0.1)
    }
    state.normUpdateCount = 7
    var position = TrainingPosition()
    position.epoch = 3
    position.batchCount = 2
    position.lossSum = 0.1 + 0.2
    position.correctCount = 9
    position.sampleCount = 32
    position.bestAccuracy = 1.0 / 3
    position.bestEpoch = 2
    let cache = CacheIdentity(
      split: .number(frameCount: 2), frameCount: 2, trainingSampleCount: 15, testSampleCount: 5,
      contentHash: .max)
    return Checkpoint(
      settings: settings, cache: cache, position: position, state: state,
      numerics: NumericsVersion("2"))
  }

  private func failure(reading path: FilePath) -> TrainError? {
    do throws(TrainError) {
      _ = try Checkpoint(reading: path)
      return nil
    } catch {
      return error
    }
  }

  @Test(
    "is equal after writing and reading, and gives the same bytes again",
    arguments: [
      NetworkDescription(frameCount: 2, channelCount: 1, sideLength: 32),
      NetworkDescription(
        frameCount: 3, channelCount: 2, sideLength: 32,
        neuron: .init(membrane: .learned(initialTau: 3), resetPotential: nil),
        pooling: .average, stepMode: .singleStep, dropoutProbability: 0.25),
      try NetworkDescription(
        notation: "{c2k3s1-BN-PLIF-APk2s2}*2-c3k3s1-BN-PLIF-FC6-PLIF-DP-FC20-PLIF-APk4s4",
        input: ImageShape(channelCount: 1, height: 9, width: 12), classCount: 5, frameCount: 2),
    ])
  func roundTrip(network: NetworkDescription) throws {
    var checkpoint = try Self.checkpoint(of: network)
    for isFirst in [false, true] {
      if isFirst {
        checkpoint.position = TrainingPosition()
        checkpoint.state = NetworkState(initial: network, seed: 1)
        checkpoint.cache.split = .duration(microseconds: 200_000)
        checkpoint.numerics = nil
      }
      try checkpoint.write(to: path)
      let bytes = try readFile(path)
      let read = try Checkpoint(reading: path)
      #expect(read == checkpoint)
      try read.write(to: path)
      #expect(try readFile(path) == bytes)
    }
  }

  @Test("has the names and shapes of the tutorial's network")
  func names() throws {
    try checkpoint.write(to: path)
    let file = try SafetensorsFile(opening: path)
    let shapes = Dictionary(uniqueKeysWithValues: file.tensors.map { ($0.name, $0.shape) })
    #expect(shapes["conv.0.weight"] == [1, 2, 3, 3])
    #expect(shapes["conv.17.running_var"] == [1])
    #expect(shapes["conv.1.num_batches_tracked"] == [])
    #expect(try file.integers(of: "conv.17.num_batches_tracked") == [7])
    #expect(shapes["fc.5.weight"] == [110, 4])
    #expect(shapes["optimizer/exp_avg_sq/fc.2.weight"] == [4, 1])
    #expect(file.tensors.count == 17 + 10 + 5 + 2 * 17)
  }

  @Test("has the same bytes as in the first version")
  func bytes() throws {
    var checkpoint = checkpoint
    // The first version recorded none.
    checkpoint.numerics = nil
    // Only values that do not depend on a mathematics library.
    checkpoint.state = NetworkState(initial: checkpoint.settings.network, seed: 3)
    checkpoint.state.normUpdateCount = 7
    checkpoint.state.optimizerStepCount = 2
    for (number, slot) in ["exp_avg", "exp_avg_sq"].enumerated() {
      checkpoint.state.optimizerSlots[slot] = checkpoint.state.parameters.map { values in
        values.map { Float(number) + 0.5 * $0 }
      }
    }
    try checkpoint.write(to: path)
    let bytes = try readFile(path)
    #expect(String(ContentHash.of(bytes), radix: 16) == "b325ec9cc26f5c62")
  }

  @Test("contains no threads, epochs, paths or dates")
  func metadata() throws {
    try checkpoint.write(to: path)
    let metadata = try SafetensorsFile(opening: path).metadata
    let settings = try Record(json: metadata["dvstrain.settings"] ?? "", name: "")
    let expected = [
      "T", "channels", "side_length", "neuron", "tau", "v_threshold", "v_reset", "detach_reset",
      "decay_input", "surrogate", "alpha", "pool", "step_mode", "dropout", "b", "opt", "lr",
      "lr_scheduler", "T_max", "loss", "amp", "accumulate", "seed", "val",
    ]
    #expect(Set(settings.values.keys) == Set(expected))
    let position = try Record(json: metadata["dvstrain.position"] ?? "", name: "")
    let counts = [
      "batch", "correct", "epoch", "loss_sum", "max_acc", "max_epoch", "samples", "step",
    ]
    #expect(position.values.keys.sorted() == counts)
    #expect(metadata["dvstrain.numerics"] == "2")
    #expect(metadata.count == 6)
  }

  @Test("is rejected if it is truncated anywhere")
  func truncations() throws {
    try checkpoint.write(to: path)
    let bytes = try readFile(path)
    for count in 0..<bytes.count {
      // Every length of the header, every 16th of the data.
      if count > 8000 && !count.isMultiple(of: 16) { continue }
      let cut = try directory.write(Array(bytes[..<count]), to: "cut")
      #expect(failure(reading: cut) != nil, "\(count) bytes")
    }
  }

  @Test("is rejected if any bit is flipped")
  func flips() throws {
    try checkpoint.write(to: path)
    var bytes = try readFile(path)
    for offset in bytes.indices {
      let bit: UInt8 = 1 << UInt8(offset % 8)
      bytes[offset] ^= bit
      let flipped = try directory.write(bytes, to: "flipped")
      bytes[offset] ^= bit
      // If the file can be read, the content must at least be the same: the flip hit a blank.
      if let read = try? Checkpoint(reading: flipped) {
        #expect(read == checkpoint, "byte \(offset)")
        Issue.record("byte \(offset): a flipped bit passed")
      }
    }
  }

  @Test("with a tensor of another shape is rejected by its name and both shapes")
  func otherShapes() throws {
    var content = try Content(checkpoint, directory)
    content.replace("fc.2.weight", shape: [2, 2])
    let error = try #require(failure(reading: try content.write()))
    #expect(error.code == .checkpoint)
    #expect(error.location == "tensor fc.2.weight")
    #expect(error.detail == "shape [4, 1] expected, [2, 2] found")
  }

  @Test("with an unknown or missing tensor is rejected by its name")
  func otherTensors() throws {
    var content = try Content(checkpoint, directory)
    content.tensors.append(StateTensor("conv.99.weight", shape: [1], floats: [0]))
    #expect(failure(reading: try content.write())?.location == "tensor conv.99.weight")
    for number in content.tensors.indices.dropLast() {
      var content = try Content(checkpoint, directory)
      let name = content.tensors.remove(at: number).name
      #expect(failure(reading: try content.write())?.location == "tensor \(name)")
    }
  }

  @Test("with values that are not finite is rejected")
  func nonFinite() throws {
    var checkpoint = checkpoint
    checkpoint.state.parameters[2][0] = .infinity
    try checkpoint.write(to: path)
    #expect(failure(reading: path)?.location == "tensor conv.1.bias")
  }

  @Test("with invalid or missing metadata is rejected")
  func otherMetadata() throws {
    let keys = ["version", "settings", "cache", "position", "numerics", "content_hash"]
      .map { "dvstrain.\($0)" }
    for key in keys {
      for text in [nil, "", "{}", "[", "{\"T\":16}", "\u{0}", "0"] {
        var content = try Content(checkpoint, directory)
        content.metadata[key] = text
        #expect(failure(reading: try content.write())?.code == .checkpoint, "\(key) \(text ?? "")")
      }
    }
    var content = try Content(checkpoint, directory)
    content.metadata["other"] = "text"
    #expect(failure(reading: try content.write())?.code == .checkpoint)
    content.metadata = [:]
    let error = try #require(failure(reading: try content.write()))
    #expect(error.detail.contains("a checkpoint of dvstrain expected"))
  }

  @Test("with an empty numerics version is rejected, even if its hash is correct")
  func emptyNumerics() throws {
    var content = try Content(checkpoint, directory)
    content.metadata["dvstrain.numerics"] = ""
    content.metadata["dvstrain.content_hash"] = CheckpointFormat.contentHash(
      StateDict(content.tensors), metadata: content.metadata)
    #expect(
      failure(reading: try content.write())?.detail
        == "dvstrain.numerics: a version expected, none found")
    content.metadata["dvstrain.numerics"] = "3"
    #expect(failure(reading: try content.write())?.detail.contains("content hash") == true)
    content.metadata["dvstrain.content_hash"] = CheckpointFormat.contentHash(
      StateDict(content.tensors), metadata: content.metadata)
    #expect(try Checkpoint(reading: content.write()).numerics?.text == "3")
  }

  @Test("provides only its weights to a new training")
  func weightsAlone() throws {
    try checkpoint.write(to: path)
    let network = checkpoint.settings.network
    let state = try NetworkState(weightsOf: path, network)
    #expect(state.parameters == checkpoint.state.parameters)
    #expect(state.statistics == checkpoint.state.statistics)
    #expect(state.optimizerSlots.isEmpty && state.optimizerStepCount == 0)
    #expect(state.normUpdateCount == 0)
    do throws(TrainError) {
      _ = try NetworkState(
        weightsOf: path, NetworkDescription(frameCount: 2, channelCount: 2, sideLength: 32))
      Issue.record("weights of another network were accepted")
    } catch {
      #expect(error.location == "tensor conv.0.weight")
      #expect(error.detail == "shape [2, 2, 3, 3] expected, [1, 2, 3, 3] found")
    }
  }

  @Test(
    "can have the tensor names of each network of the tutorial, which errors use, too",
    arguments: [
      ("layer by layer", "conv.3.0.weight", "fc.5.0.weight"),
      ("layer by layer, with modules", "conv.3.module.0.weight", "fc.5.module.weight"),
      ("step by step", "conv.4.weight", "fc.5.weight"),
    ])
  func otherNames(scheme name: String, second: String, last: String) throws {
    let network = checkpoint.settings.network
    let scheme = try #require(network.namingSchemes.first { $0.name == name })
    var state = checkpoint.state
    state.optimizerSlots = [:]
    let tensors = state.stateDict(of: network, naming: scheme)
    try writeSafetensors(tensors, to: path, replacing: true)
    let read = try NetworkState(weightsOf: path, network)
    #expect(read.parameters == state.parameters && read.statistics == state.statistics)
    for missing in [second, last] {
      let rest = tensors.tensors.filter { $0.name != missing }
      #expect(rest.count == tensors.tensors.count - 1)
      try writeSafetensors(StateDict(rest), to: path, replacing: true)
      let error = #expect(throws: TrainError.self) { try NetworkState(weightsOf: path, network) }
      #expect(error?.location == "tensor \(missing)" && error?.code == .checkpoint)
    }
    let foreign = StateTensor("head.weight", shape: [2], floats: [1, 2])
    try writeSafetensors(StateDict(tensors.tensors + [foreign]), to: path, replacing: true)
    let error = #expect(throws: TrainError.self) { try NetworkState(weightsOf: path, network) }
    #expect(
      error?.description
        == "\(path): tensor head.weight: the network has no such tensor (shape [2])")
  }

  @Test("with weights of an unsupported type is rejected, and the supported types are named")
  func otherTypes() throws {
    let network = checkpoint.settings.network
    for (elements, found) in [
      (StateTensor.Elements.integers([1]), "I64"), (.other(typeName: "U8", bytes: [1]), "U8"),
    ] {
      let tensors = checkpoint.state.stateDict(of: network).tensors.map { tensor in
        tensor.name == "conv.1.bias" ? StateTensor("conv.1.bias", shape: [1], elements) : tensor
      }
      try writeSafetensors(StateDict(tensors), to: path, replacing: true)
      let error = #expect(throws: TrainError.self) { try NetworkState(weightsOf: path, network) }
      #expect(error?.location == "tensor conv.1.bias")
      #expect(
        error?.detail == "elements of type F32, BF16, F16 or F64 expected, \(found) found")
    }
    // Counters are ignored.
    let tensors = checkpoint.state.stateDict(of: network).tensors.map { tensor in
      tensor.name.hasSuffix("num_batches_tracked")
        ? StateTensor(tensor.name, shape: [1], .other(typeName: "I32", bytes: [1, 0, 0, 0]))
        : tensor
    }
    try writeSafetensors(StateDict(tensors), to: path, replacing: true)
    #expect(try NetworkState(weightsOf: path, network).parameters == checkpoint.state.parameters)
  }

  @Test("written by PyTorch provides its weights, too")
  func foreignWeights() throws {
    var content = try Content(checkpoint, directory)
    content.metadata = ["format": "pt"]
    content.tensors.removeAll { $0.name.hasPrefix("optimizer/") }
    let state = try NetworkState(weightsOf: try content.write(), checkpoint.settings.network)
    #expect(state.parameters == checkpoint.state.parameters)
  }

  @Test("that cannot be written leaves the existing one unchanged")
  func failedWriting() throws {
    try checkpoint.write(to: path)
    let bytes = try readFile(path)
    #expect(throws: TrainError.self) {
      try checkpoint.write(to: directory.file("no folder").appending("checkpoint.safetensors"))
    }
    try createDirectories(directory.file("folder").appending("in the way"))
    #expect(throws: TrainError.self) { try checkpoint.write(to: directory.file("folder")) }
    #expect(try readFile(path) == bytes)
  }
}

/// The content of a checkpoint's file, to be changed and written again; the hash stays the old one.
private struct Content {
  var tensors: [StateTensor]
  var metadata: [String: String]
  private let path: FilePath

  init(_ checkpoint: Checkpoint, _ directory: TemporaryDirectory) throws {
    path = directory.file("content.safetensors")
    try checkpoint.write(to: path)
    let file = try SafetensorsFile(opening: path)
    metadata = file.metadata
    tensors = try file.stateDict().tensors
  }

  mutating func replace(_ name: String, shape: [Int]) {
    tensors = tensors.map { tensor in
      tensor.name == name ? StateTensor(name, shape: shape, tensor.elements) : tensor
    }
  }

  func write() throws -> FilePath {
    try writeSafetensors(StateDict(tensors), metadata: metadata, to: path, replacing: true)
    return path
  }
}
