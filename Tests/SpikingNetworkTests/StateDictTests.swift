import SpikingNetwork
import Testing

@Suite("State as tensors")
struct StateDictTests {
  private let network: NetworkDescription
  private let state: NetworkState

  init() throws {
    network = try NetworkDescription(
      notation: "{c2k3s1-BN-PLIF}*2-MPk2s2-FC4-PLIF-DP-FC6-PLIF-APk2s2",
      input: ImageShape(channelCount: 1, height: 4, width: 6), classCount: 3)
    var state = NetworkState(initial: network, seed: 5)
    state.normUpdateCount = 9
    Optimizer.adam.update(
      &state, gradients: state.parameters.map { $0.map { $0 + 1 } }, learningRate: 0.1)
    self.state = state
  }

  private func error(_ body: () throws(StateDictError) -> Void) -> StateDictError? {
    do throws(StateDictError) {
      try body()
      return nil
    } catch {
      return error
    }
  }

  private func read(
    _ tensors: StateDict, _ scheme: NamingScheme = .stepByStep
  ) throws(StateDictError) -> NetworkState {
    try NetworkState(
      tensors, of: network, naming: scheme, optimizer: .adam, stepCount: 1)
  }

  /// The state's tensors with one replaced or removed.
  private func replacing(_ name: String, by tensor: StateTensor?) -> StateDict {
    StateDict(state.stateDict(of: network).tensors.compactMap { $0.name == name ? tensor : $0 })
  }

  @Test(
    "parameters, statistics, counters and slots are in this order and survive a round trip",
    arguments: 0..<3
  )
  func roundTrip(scheme: Int) throws {
    let scheme = network.namingSchemes[scheme]
    let tensors = state.stateDict(of: network, naming: scheme)
    let count = network.parameters.count
    #expect(tensors.tensors.count == count + 4 + 2 + 2 * count)
    #expect(
      tensors.tensors.prefix(count).map(\.shape) == network.parameters.map(\.shape))
    #expect(
      tensors.tensors.prefix(count).map(\.name)
        == network.parameters.map { scheme.name(of: $0.name) })
    #expect(tensors.tensors[count + 4].elements == .integers([9]))
    #expect(tensors.tensors[count + 6].name.hasPrefix("optimizer/exp_avg/conv.0."))
    #expect(try read(tensors, scheme) == state)
    #expect(network.namingScheme(of: tensors) == scheme)
    var weights = state
    weights.optimizerSlots = [:]
    weights.optimizerStepCount = 0
    weights.normUpdateCount = 0
    #expect(try NetworkState(weightsOf: tensors, of: network, naming: scheme) == weights)
  }

  @Test("tensor names are those of the tutorial's networks")
  func names() {
    let gesture = NetworkDescription(
      channelCount: 1, neuron: NeuronDescription(membrane: .learned(initialTau: 2)))
    let ours = [
      "conv.0.weight", "conv.1.bias", "conv.2.w", "conv.4.weight", "conv.17.running_mean",
      "conv.17.num_batches_tracked", "conv.18.w", "fc.2.weight", "fc.3.w", "fc.5.weight", "fc.6.w",
    ]
    let names = [
      NamingScheme.stepByStep: ours,
      .layerByLayer(gesture): [
        "conv.0.0.weight", "conv.0.1.bias", "conv.1.w", "conv.3.0.weight", "conv.12.1.running_mean",
        "conv.12.1.num_batches_tracked", "conv.13.w", "fc.2.0.weight", "fc.3.w", "fc.5.0.weight",
        "fc.6.w",
      ],
      .layerByLayerWithModules(gesture): [
        "conv.0.module.0.weight", "conv.0.module.1.bias", "conv.1.w", "conv.3.module.0.weight",
        "conv.12.module.1.running_mean", "conv.12.module.1.num_batches_tracked", "conv.13.w",
        "fc.2.module.weight", "fc.3.w", "fc.5.module.weight", "fc.6.w",
      ],
      NamingScheme("of another", layerNames: ["conv.0": "features.conv1"]): [
        "features.conv1.weight"
      ] + ours.dropFirst(),
    ]
    for (scheme, expected) in names {
      #expect(ours.map(scheme.name) == expected, "\(scheme.name)")
    }
  }

  @Test("modules are numbered without gaps if a block has no pooling")
  func namesWithoutPooling() {
    let scheme = NamingScheme.layerByLayer(network)
    #expect(
      ["conv.0.weight", "conv.2.w", "conv.3.weight", "conv.5.w", "fc.1.weight", "fc.4.weight"]
        .map(scheme.name) == [
          "conv.0.0.weight", "conv.1.w", "conv.2.0.weight", "conv.3.w", "fc.1.0.weight",
          "fc.4.0.weight",
        ])
  }

  @Test("a state without known names has our naming scheme")
  func unknownNames() {
    let tensors = StateDict([StateTensor("x.y", shape: [1], floats: [0])])
    #expect(network.namingScheme(of: tensors) == .stepByStep)
    #expect(network.namingScheme(of: StateDict([])) == .stepByStep)
  }

  @Test("a missing tensor is rejected by name")
  func missing() throws {
    for tensor in state.stateDict(of: network).tensors {
      let error = error { () throws(StateDictError) in
        _ = try read(replacing(tensor.name, by: nil))
      }
      #expect(error?.code == .missing && error?.tensor == tensor.name)
    }
  }

  @Test("a tensor that does not fit is rejected by name")
  func defects() throws {
    let infinite = StateTensor("conv.1.bias", shape: [2], floats: [0, .infinity])
    let cases: [(name: String, tensor: StateTensor, code: StateDictError.Code, detail: String)] = [
      (
        "conv.1.bias", StateTensor("conv.1.bias", shape: [1, 2], floats: [1, 2]), .shape,
        "shape [2] expected, [1, 2] found"
      ),
      (
        "conv.1.bias", StateTensor("conv.1.bias", shape: [2], .integers([1, 2])), .elementType,
        "elements of type F32 expected, I64 found"
      ),
      (
        "conv.1.bias",
        StateTensor("conv.1.bias", shape: [2], .other(typeName: "BF16", bytes: [0, 0, 0, 0])),
        .elementType, "elements of type F32 expected, BF16 found"
      ),
      ("conv.1.bias", infinite, .notFinite, "a number that is not finite found"),
      (
        "conv.4.num_batches_tracked",
        StateTensor("conv.4.num_batches_tracked", shape: [], .integers([8])), .counter,
        "9 expected, [8] found"
      ),
      (
        "conv.1.num_batches_tracked",
        StateTensor("conv.1.num_batches_tracked", shape: [], .integers([-1])), .counter,
        "one count expected, [-1] found"
      ),
      (
        "conv.1.num_batches_tracked",
        StateTensor("conv.1.num_batches_tracked", shape: [], floats: [9]), .elementType,
        "elements of type I64 expected, F32 found"
      ),
    ]
    for (name, tensor, code, detail) in cases {
      let error = error { () throws(StateDictError) in
        _ = try read(replacing(name, by: tensor))
      }
      #expect(error == StateDictError(code: code, tensor: name, detail: detail))
      #expect(error?.description == "tensor \(name): \(detail)")
    }
    let other = StateDict(
      state.stateDict(of: network).tensors + [StateTensor("fc.9.weight", shape: [1], floats: [0])])
    let unknown = error { () throws(StateDictError) in _ = try read(other) }
    #expect(unknown?.code == .unknown && unknown?.tensor == "fc.9.weight")
    #expect(unknown?.detail == "the network has no such tensor (shape [1])")
    // Slots of an optimizer that has not taken a step are unknown tensors, too.
    let early = error { () throws(StateDictError) in
      _ = try NetworkState(
        state.stateDict(of: network), of: network, optimizer: .adam, stepCount: 0)
    }
    #expect(early?.code == .unknown)
  }

  @Test(
    "duplicate names and wrong numbers of values are programming errors")
  func programmingErrors() async {
    await #expect(processExitsWith: .failure) {
      let tensor = StateTensor("x", shape: [1], floats: [1])
      _ = StateDict([tensor, tensor])
    }
    await #expect(processExitsWith: .failure) {
      _ = StateTensor("x", shape: [2], .integers([1]))
    }
  }
}
