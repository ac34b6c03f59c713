import SpikingNetwork
import Testing

@Suite("Engine catalogue")
struct EngineCatalogueTests {
  /// An engine with several devices; making one always fails.
  private struct Distant: EngineFactory {
    let name = "distant"
    let isAutomatic = true
    let takesDevice = true

    func makeEngine(
      network: NetworkDescription, state: NetworkState, device: Int, options: EngineOptions
    ) throws(EngineError) -> any Engine {
      throw EngineError("device \(device)")
    }
  }

  private let catalogue = EngineCatalogue([ReferenceEngineFactory(), Distant()])

  @Test("names are parsed, with a device if the engine takes one")
  func parsing() {
    #expect(catalogue.choicesText == "auto, reference or distant:N")
    #expect(catalogue.choice("auto") == .automatic)
    #expect(catalogue.choice("reference") == .named("reference"))
    #expect(catalogue.choice("distant") == .named("distant", device: 0))
    #expect(catalogue.choice("distant:12") == .named("distant", device: 12))
    for text in [
      "", ":", "auto:0", "reference:0", "cpu", "Reference", "distant:", "distant:-1", "distant:x",
      "distant:65536", "distant:1:2", " distant",
    ] {
      #expect(catalogue.choice(text) == nil, "\(text)")
    }
  }

  @Test("engines are made by name; 'auto' chooses the first automatic one")
  func making() throws {
    let network = NetworkDescription(frameCount: 1, channelCount: 1, sideLength: 32)
    let state = NetworkState(initial: network, seed: 1)
    func make(_ choice: EngineChoice, _ catalogue: EngineCatalogue) throws(EngineError)
      -> any Engine
    {
      try catalogue.makeEngine(
        choice, network: network, state: state, options: EngineOptions(threadCount: 1))
    }
    let engine = try make(.named("reference"), catalogue)
    #expect(engine.summary == "reference" && engine.state == state)
    #expect(throws: EngineError("device 0")) { try make(.automatic, catalogue) }
    #expect(throws: EngineError("device 3")) { try make(.named("distant", device: 3), catalogue) }
    #expect(throws: EngineError("reference:1: there is one device, 0")) {
      try make(.named("reference", device: 1), catalogue)
    }
    #expect(throws: EngineError("this build has no engine 'cpu': choose one of reference, distant"))
    {
      try make(.named("cpu"), catalogue)
    }
    #expect(
      throws: EngineError(
        "this build has no engine that 'auto' may choose: choose one of reference")
    ) {
      try make(.automatic, EngineCatalogue([ReferenceEngineFactory()]))
    }
  }

  @Test("engines whose results would depend on the number of processes are refused for several")
  func processes() throws {
    try catalogue.requireDevice(.named("reference"), processCount: 1)
    #expect(throws: EngineError("reference trains in one process, and 4 found")) {
      try catalogue.requireDevice(.named("reference"), processCount: 4)
    }
    let both = EngineCatalogue([Divider(), ReferenceEngineFactory()])
    try both.requireDevice(.automatic, processCount: 4)
    #expect(
      throws: EngineError("reference trains in one process, and 2 found: use -device divider")
    ) {
      try both.requireDevice(.named("reference"), processCount: 2)
    }
  }

  /// An engine whose results do not depend on the number of processes.
  private struct Divider: EngineFactory {
    let name = "divider"
    let isAutomatic = true
    let dividesBatches = true

    func makeEngine(
      network: NetworkDescription, state: NetworkState, device: Int, options: EngineOptions
    ) throws(EngineError) -> any Engine {
      ReferenceEngine(network: network, state: state)
    }
  }

  @Test("the reducer of a single process changes nothing")
  func singleProcess() throws {
    let reducer: any Reducer = SingleProcess()
    #expect(try reducer.total(7) == 7)
    var values: [Float] = [1, .nan]
    try reducer.sum(&values)
    #expect(values[0] == 1 && values[1].isNaN)
  }
}
