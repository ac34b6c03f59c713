import EventData
import FileAccess
import Safetensors
import SpikingNetwork
import Support
import SystemPackage
import Testing
import TorchFiles

@testable import Train

@Suite("Weights for and from other programs")
struct WeightExchangeTests {
  private let directory: TemporaryDirectory
  private let trained: TrainedNetwork

  init() throws {
    directory = try TemporaryDirectory()
    trained = Self.network(NetworkDescription(frameCount: 2, channelCount: 2))
  }

  /// A network with different numbers everywhere.
  private static func network(_ network: NetworkDescription) -> TrainedNetwork {
    var state = NetworkState(initial: network, seed: 3)
    for number in state.statistics.indices {
      for index in state.statistics[number].indices {
        state.statistics[number][index] = Float(number) + Float(index) / 8 + 0.5
      }
    }
    let cache = CacheIdentity(
      split: .number(frameCount: 2), frameCount: 2, trainingSampleCount: 15, testSampleCount: 5,
      contentHash: 7)
    var settings = TrainingSettings(network: network)
    settings.loss = .crossEntropy
    return TrainedNetwork(settings: settings, state: state, epochCount: 3, cache: cache)
  }

  /// The network of the layers of SpikingJelly's `DVSGestureNet(channels)`.
  private static func gestureNet(
    channelCount: Int, hasBias: Bool = false
  ) throws -> NetworkDescription {
    try NetworkDescription(
      input: NetworkDescription.gestureInput, classCount: 11,
      layers: NetworkDescription.dvsGestureNetLayers(channelCount: channelCount).map { layer in
        if case .linear(let count, _) = layer {
          .linear(outputCount: count, hasBias: hasBias)
        } else {
          layer
        }
      }, frameCount: 2)
  }

  private func read(
    _ path: FilePath, labels: LabelOrder? = nil
  ) throws -> (network: TrainedNetwork, notes: [ForeignNote]) {
    var notes: [ForeignNote] = []
    let network = try TrainedNetwork(reading: path, labels: labels) { notes.append($0) }
    return (network, notes)
  }

  private func assumptions(_ notes: [ForeignNote]) -> Int { notes.count { $0.isAssumption } }

  @Test("SpikingJelly's labels are those of folders sorted as text")
  func labelOrder() {
    #expect(LabelOrder.labelsOfSpikingJelly == [0, 1, 10, 2, 3, 4, 5, 6, 7, 8, 9])
  }

  @Test("to SpikingJelly's order and back changes nothing, and moves the ten neurons of each class")
  func permutation() throws {
    let network = trained.settings.network
    let last = try #require(network.parameters.lastIndex { $0.shape == [110, 8] })
    var state = trained.state
    state.optimizerSlots["exp_avg"] = state.parameters
    let theirs = state.changingLabels(from: .dataSet, of: network)
    #expect(theirs.changingLabels(from: .spikingJelly, of: network) == state)
    // Their third label is our last.
    let (ours, block) = (state.parameters[last], 10 * 8)
    #expect(theirs.parameters[last][2 * block..<3 * block] == ours[10 * block..<11 * block])
    #expect(theirs.parameters[last][3 * block..<4 * block] == ours[2 * block..<3 * block])
    #expect(theirs.parameters[..<last] == state.parameters[..<last])
    #expect(theirs.optimizerSlots["exp_avg"] == theirs.parameters)
  }

  @Test(
    "an export is taken back as it was, in each format, with all names and labels",
    arguments: [WeightsExport.Format.safetensors, .pth], WeightNames.allCases)
  func roundTrips(_ format: WeightsExport.Format, _ names: WeightNames) throws {
    try roundTrip(
      names == .dvsGestureNet
        ? Self.network(try Self.gestureNet(channelCount: 1)) : self.trained, format, names)
    try roundTrip(
      Self.network(try Self.gestureNet(channelCount: 1, hasBias: true)), format, names)
  }

  private func roundTrip(
    _ trained: TrainedNetwork, _ format: WeightsExport.Format, _ names: WeightNames
  ) throws {
    let hasBias = trained.settings.network.blocks.linears[0].tensors.bias != nil
    var expected = trained
    expected.state.normUpdateCount = 0
    for labels in LabelOrder.allCases {
      let path = directory.file(
        "\(names.rawValue)_\(labels.rawValue)_\(hasBias).\(format.rawValue)")
      let export = try WeightsExport(trained, format, names: names, labels: labels, path: "c")
      #expect(try export.write(to: path, replacing: false) >= 32)
      let (network, notes) = try read(path)
      #expect(network == expected)
      // Only what is reordered is mentioned, and nothing is assumed.
      #expect(notes.count == (labels == .spikingJelly ? 1 : 0))
      #expect(assumptions(notes) == 0)
      #expect(try read(path, labels: labels).network == expected)
      let other: LabelOrder = labels == .dataSet ? .spikingJelly : .dataSet
      let error = #expect(throws: TrainError.self) { try read(path, labels: other) }
      #expect(error?.detail.contains("as it says itself: leave out --labels") == true)
      let bytes = try readFile(path)
      _ = try export.write(to: path, replacing: true)
      #expect(try readFile(path) == bytes)
      #expect(throws: TrainError.self) { try export.write(to: path, replacing: false) }
    }
  }

  @Test("a checkpoint has the data set's labels, whatever is asked for")
  func checkpoint() throws {
    let path = directory.file("x.safetensors")
    let checkpoint = Checkpoint(
      settings: trained.settings, cache: try #require(trained.cache), position: TrainingPosition(),
      state: trained.state, numerics: nil)
    try checkpoint.write(to: path)
    let (network, notes) = try read(path)
    #expect(network == checkpoint.trained && notes.isEmpty)
    let error = #expect(throws: TrainError.self) { try read(path, labels: .spikingJelly) }
    #expect(error?.location == "--labels")
    let weights = try WeightsFile(reading: path)
    let (state, initialNotes) = try weights.state(of: trained.settings.network, labels: nil)
    #expect(state.parameters == trained.state.parameters && initialNotes.isEmpty)
    #expect(throws: TrainError.self) {
      try weights.state(of: trained.settings.network, labels: .spikingJelly)
    }
  }

  @Test("weights that do not say their labels follow --labels, and nothing is assumed silently")
  func unsaidLabels() throws {
    let path = directory.file("x.pth")
    let network = trained.settings.network
    try writeTorchFile(trained.state.stateDict(of: network), note: nil, to: path, replacing: false)
    let (assumed, notes) = try read(path)
    #expect(assumed.state.parameters == trained.state.parameters)
    #expect(notes.count == 2 && assumptions(notes) == 1)
    #expect(assumed.cache == nil && assumed.epochCount == nil)
    let (theirs, theirNotes) = try read(path, labels: .spikingJelly)
    #expect(
      theirs.state.parameters
        == trained.state.changingLabels(from: .spikingJelly, of: network).parameters)
    #expect(assumptions(theirNotes) == 0)
    let (example, exampleNotes) = try read(Fixtures.path("torch/adam.pth"))
    let (ours, _) = try read(Fixtures.path("torch/adam.pth"), labels: .dataSet)
    let assumption = exampleNotes.first { $0.isAssumption }
    #expect(assumption?.text.contains("reordered") == true)
    #expect(
      example.state.parameters
        == ours.state.changingLabels(from: .spikingJelly, of: network).parameters)
  }

  @Test("only the layers of DVSGestureNet get its names")
  func otherLayers() throws {
    func refusal(_ network: NetworkDescription) -> String? {
      do throws(TrainError) {
        _ = try WeightsExport(
          Self.network(network), .pth, names: .dvsGestureNet, labels: .dataSet, path: "c")
        return nil
      } catch { return error.description }
    }
    #expect(refusal(NetworkDescription(frameCount: 2)) == nil)
    #expect(
      refusal(NetworkDescription(frameCount: 2, channelCount: 2))
        == "c: --names dvs-gesture-net: SpikingJelly's DVSGestureNet has 512 neurons in its first "
        + "linear layer, as with 128 channels; the network has 2 channels, and so 8")
    #expect(refusal(NetworkDescription(pooling: .average))?.contains("expected") == true)
    #expect(refusal(NetworkDescription(sideLength: 64))?.contains("expected") == true)
  }

  @Test("labels of SpikingJelly are those of 11 classes")
  func otherClasses() throws {
    let network = try NetworkDescription(
      input: NetworkDescription.gestureInput, classCount: 10,
      layers: PaperNetwork.gesture.layers(channelCount: 1, pooling: .maximum, classCount: 10))
    let error = #expect(throws: TrainError.self) {
      try WeightsExport(
        Self.network(network), .pth, names: .pythonNet, labels: .spikingJelly, path: "c")
    }
    #expect(
      error?.detail
        == "a network of 11 classes expected, as DVS128 Gesture has, one of 10 found")
  }

  @Test("biases that are not 0 belong to the network of a file that does not say its network")
  func foreignBiases() throws {
    let network = try Self.gestureNet(channelCount: 1, hasBias: true)
    let state = Self.network(network).state
    let path = directory.file("x.pth")
    for scheme in network.namingSchemes {
      try writeTorchFile(
        state.stateDict(of: network, naming: scheme), note: nil, to: path, replacing: true)
      let (found, _) = try read(path, labels: .dataSet)
      #expect(found.settings.network.layers == network.layers)
      #expect(found.state.parameters == state.parameters)
      let theirs = try read(path, labels: .spikingJelly).network.state
      let bias = try #require(network.blocks.linears[1].tensors.bias)
      // Their third label is our last.
      #expect(
        theirs.parameters[bias][100..<110] == state.parameters[bias][20..<30]
          && theirs.parameters[bias - 2] == state.parameters[bias - 2])
    }
  }

  @Test("trained biases come with their optimizer's state, even if they are 0")
  func trainedBiases() throws {
    let network = try Self.gestureNet(channelCount: 1, hasBias: true)
    var state = Self.network(network).state
    state.parameters[16] = state.parameters[16].map { _ in 0 }
    state.parameters[18] = state.parameters[18].map { _ in 0 }
    #expect(
      network.parameters[16].name == "fc.2.bias" && network.parameters[18].name == "fc.5.bias")
    let slots = StateDict([
      StateTensor("optimizer/exp_avg/fc.2.bias", shape: [512], floats: state.parameters[16])
    ])
    let tensors = state.stateDict(of: network)
    #expect(NetworkDescription(shapesOf: tensors, slots: slots)?.layers == network.layers)
    let untrained = NetworkDescription(shapesOf: tensors, slots: StateDict([]))
    #expect(untrained?.layers == (try Self.gestureNet(channelCount: 1)).layers)
  }

  @Test("weights need no name that says so, and an optimizer's tensors are none")
  func otherNames() throws {
    let network = try Self.gestureNet(channelCount: 1, hasBias: true)
    var tensors = Self.network(network).state.stateDict(of: network).tensors
    let weight = try #require(tensors.first { $0.name == "fc.5.weight" })
    let slot = StateTensor(
      NetworkState.optimizerPrefix + "exp_avg/fc.5.weight", shape: weight.shape,
      floats: [Float](repeating: 1, count: weight.shape[0] * weight.shape[1]))
    tensors.insert(slot, at: 0)
    let slots = StateDict([])
    #expect(
      NetworkDescription(shapesOf: StateDict(tensors), slots: slots)?.layers == network.layers)
    let renamed = tensors.map { tensor in
      guard tensor.shape.count == 2, case .floats(let values) = tensor.elements else {
        return tensor
      }
      return StateTensor(
        tensor.name.replacing("weight", with: "kernel"), shape: tensor.shape, floats: values)
    }
    let plain = NetworkDescription(shapesOf: StateDict(renamed), slots: slots)
    #expect(plain?.layers == (try Self.gestureNet(channelCount: 1)).layers)
  }

  @Test("biases of a network without biases must be 0")
  func biases() throws {
    let network = try Self.gestureNet(channelCount: 1)
    let scheme = NamingScheme.dvsGestureNet(network)
    let state = Self.network(network).state.stateDict(of: network, naming: scheme)
      .withLinearBiases(of: network, naming: scheme)
    let names = state.tensors.map(\.name)
    #expect(
      names.filter { $0.hasPrefix("conv_fc.22") } == ["conv_fc.22.weight", "conv_fc.22.bias"])
    let path = directory.file("x.pth")
    for value in [1, -1e-30, .nan] as [Float] {
      let changed = state.tensors.map { tensor in
        guard tensor.name == "conv_fc.25.bias" else { return tensor }
        var values = [Float](repeating: 0, count: 110)
        values[7] = value
        return StateTensor(tensor.name, shape: [110], floats: values)
      }
      try writeTorchFile(StateDict(changed), note: nil, to: path, replacing: true)
      let error = #expect(throws: TrainError.self) {
        try WeightsFile(reading: path).state(of: network, labels: .dataSet)
      }
      #expect(error?.location == "tensor conv_fc.25.bias")
      #expect(
        value.isNaN || error?.detail.hasSuffix("found at index 7; FC110b has biases") == true)
    }
    let short = state.tensors.map { tensor in
      tensor.name == "conv_fc.25.bias"
        ? StateTensor(tensor.name, shape: [109], floats: [Float](repeating: 0, count: 109)) : tensor
    }
    try writeTorchFile(StateDict(short), note: nil, to: path, replacing: true)
    let error = #expect(throws: TrainError.self) { try read(path, labels: .dataSet) }
    #expect(error?.detail == "shape [110] expected, [109] found")
  }

  @Test("errors name the tensor, in one line whatever its name")
  func otherTensors() throws {
    let network = trained.settings.network
    let path = directory.file("x.pth")
    func refusal(_ tensors: [StateTensor]) throws -> String? {
      try writeTorchFile(StateDict(tensors), note: nil, to: path, replacing: true)
      do {
        _ = try read(path, labels: .dataSet)
        return nil
      } catch let error as TrainError { return "\(error.location): \(error.detail)" }
    }
    let tensors = trained.state.stateDict(of: network).tensors
    #expect(try refusal(tensors) == nil)
    #expect(
      try refusal(tensors + [StateTensor("a\n\u{1B}[2Jb\u{2028}", shape: [1], floats: [0])])
        == "tensor a??[2Jb?: the network has no such tensor (shape [1])")
    #expect(
      try refusal(tensors.filter { $0.name != "conv.5.bias" })
        == "tensor conv.5.bias: shape [2] expected, the file has no such tensor")
    #expect(
      try refusal(
        tensors.map {
          $0.name == "conv.5.bias" ? StateTensor("conv.5.bias", shape: [2], .integers([1, 2])) : $0
        })
        == "tensor conv.5.bias: elements of type F32, BF16, F16 or F64 expected, I64 found")
    #expect(try refusal([])?.contains("weights of other shapes found") == true)
  }

  @Test("the optimizer, schedule and position of a training in PyTorch are taken over")
  func training() throws {
    let adam = try #require(
      try WeightsFile(reading: Fixtures.path("torch/adam.pth"), withTraining: true).training)
    #expect(adam.optimizer.optimizer == .adam && adam.optimizer.initialLearningRate == 0.001)
    #expect(adam.schedule == .cosine(halfPeriod: 64))
    #expect(adam.epochCount == 2 && adam.stepCount == 6 && adam.bestAccuracy == 0.25)
    #expect(adam.slots.tensors.count == 34)
    let sgd = try #require(
      try WeightsFile(reading: Fixtures.path("torch/sgd.pth"), withTraining: true).training)
    #expect(sgd.optimizer.optimizer == .sgd(momentum: 0.9))
    #expect(sgd.schedule == .step(size: 32, gamma: 0.1))
    #expect(sgd.stepCount == nil && sgd.slots.tensors.count == 17)
  }

  @Test(
    "a training becomes a checkpoint, from which a run resumes; another number of steps does not")
  func importing() throws {
    let cache = try SmallCache(in: directory).cache
    let file = try WeightsFile(reading: Fixtures.path("torch/adam.pth"), withTraining: true)
    var network = try file.inferredNetwork()
    network.frameCount = 2
    func imported(batchSize: Int) throws -> TrainingImport {
      try TrainingImport(
        file, network: network, labels: .dataSet, batchSize: batchSize, seed: 1, cache: cache,
        outputDirectory: directory.file("logs")
      ) { _ in }
    }
    let run = try imported(batchSize: 4)
    try run.write(replacing: false) { _ in }
    let checkpoint = try Checkpoint(reading: run.files.latestCheckpoint)
    #expect(checkpoint == run.checkpoint)
    #expect(checkpoint.position.epoch == 2 && checkpoint.state.optimizerStepCount == 6)
    #expect(checkpoint.state.normUpdateCount == 6)
    #expect(checkpoint.position.bestAccuracy == 0.25 && checkpoint.position.bestEpoch == nil)
    let slot = try #require(file.training?.slots["optimizer/exp_avg/conv.0.weight"])
    #expect(.floats(checkpoint.state.optimizerSlots["exp_avg"]?[0] ?? []) == slot.elements)
    #expect(throws: TrainError.self) { try run.write(replacing: false) { _ in } }
    let error = #expect(throws: TrainError.self) { try imported(batchSize: 8) }
    #expect(error?.location == "optimizer.state, step")
    #expect(error?.detail.hasPrefix("2 steps expected for 2 epochs of 15") == true)
  }
}
