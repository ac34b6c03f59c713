import SpikingNetwork
import Testing

@Suite("The PLIF paper's notation")
struct NotationTests {
  private static let gesture = "{c128k3s1-BN-LIF-MPk2s2}*5-DP-FC512-LIF-DP-FC110-LIF-APk10s10"

  /// The paper's networks that consist of 3×3 convolutions, pooling and a vote.
  ///
  /// Source: table 1 of the paper.
  private static let paper: [(notation: String, input: ImageShape, classCount: Int)] = [
    (
      "{c256k3s1-BN-PLIF}*3-MPk2s2-{c256k3s1-BN-PLIF}*3-MPk2s2-DP-FC2048-PLIF-DP-FC100-PLIF-APk10s10",
      ImageShape(channelCount: 2, height: 32, width: 32), 10
    ),
    (
      "{c128k3s1-BN-PLIF-MPk2s2}*2-DP-FC2048-PLIF-DP-FC100-PLIF-APk10s10",
      ImageShape(channelCount: 2, height: 34, width: 34), 10
    ),
    (
      "{c128k3s1-BN-PLIF-MPk2s2}*4-DP-FC512-PLIF-DP-FC100-PLIF-APk10s10",
      ImageShape(channelCount: 2, height: 128, width: 128), 10
    ),
    (
      "{c128k3s1-BN-PLIF-MPk2s2}*5-DP-FC512-PLIF-DP-FC110-PLIF-APk10s10",
      ImageShape(channelCount: 2, height: 128, width: 128), 11
    ),
  ]

  private func network(
    _ notation: String, _ input: ImageShape = NetworkDescription.gestureInput, classCount: Int = 11
  ) throws(NotationError) -> NetworkDescription {
    try NetworkDescription(notation: notation, input: input, classCount: classCount)
  }

  private func refusal(
    _ notation: String, _ input: ImageShape = NetworkDescription.gestureInput, classCount: Int = 11
  ) -> NotationError? {
    do throws(NotationError) {
      _ = try network(notation, input, classCount: classCount)
      return nil
    } catch {
      return error
    }
  }

  @Test(
    "the paper's networks survive a round trip", arguments: 0..<4)
  func paperNetworks(number: Int) throws {
    let (notation, input, classCount) = Self.paper[number]
    let network = try network(notation, input, classCount: classCount)
    #expect(try self.network(network.notation, input, classCount: classCount) == network)
    #expect(network.neuron.membrane == .learned(initialTau: 2))
    #expect(network.outputCount == 10 * classCount && network.neuronsPerClass == 10)
    // Writing finds repetitions by itself; they may start at another layer.
    if number > 0 { #expect(network.notation == notation) }
  }

  @Test("the default network's notation gives the default network, in either case")
  func defaultNetwork() throws {
    #expect(NetworkDescription().notation == Self.gesture)
    #expect(try network(Self.gesture) == NetworkDescription())
    #expect(try network(Self.gesture.lowercased()) == NetworkDescription())
    #expect(try network(Self.gesture.uppercased()) == NetworkDescription())
    let shorthand = try network(Self.gesture).gestureShorthand
    #expect(shorthand?.channelCount == 128 && shorthand?.sideLength == 128)
    #expect(shorthand?.pooling == .maximum)
    let average = NetworkDescription(channelCount: 4, pooling: .average)
    #expect(
      average.notation == "{c4k3s1-BN-LIF-APk2s2}*5-DP-FC16-LIF-DP-FC110-LIF-APk10s10")
    #expect(try network(average.notation) == average)
  }

  @Test("a b after a linear layer's outputs gives it biases, and survives a round trip")
  func biases() throws {
    let text = "c2k3s1-BN-LIF-DP-FC5b-LIF-DP-FC11-LIF"
    let biased = try network(text)
    #expect(biased.layers.contains(.linear(outputCount: 5, hasBias: true)))
    #expect(biased.layers.contains(.linear(outputCount: 11)))
    #expect(biased.notation == text)
    #expect(try network(text.uppercased()) == biased)
    #expect(biased.parameters.map(\.name).suffix(3) == ["fc.2.weight", "fc.2.bias", "fc.5.weight"])
    #expect(biased.blocks.linears.map(\.tensors.bias) == [4, nil])
    #expect(try network("c1k3s1-BN-LIF-{FC11b-LIF}*2").notation == "c1k3s1-BN-LIF-{FC11b-LIF}*2")
    #expect(
      refusal("c2k3s1-BN-LIF-FC11bb-LIF")?.description
        == "character 20: '-' or the end expected, 'b-LIF' found")
    #expect(refusal("c2bk3s1-BN-LIF-FC11-LIF")?.position == 3)
  }

  @Test("biases start as uniform numbers of PyTorch's bounds, and add their number to a summary")
  func initialBiases() throws {
    let network = try network("c2k3s1-BN-LIF-FC11b-LIF")
    let biases = NetworkState(initial: network, seed: 1).parameters[4]
    let bound = 1 / Float(2 * 128 * 128).squareRoot()
    #expect(biases.count == 11 && Set(biases).count == 11)
    #expect(biases.allSatisfy { abs($0) <= bound } && biases.contains { abs($0) > bound / 2 })
    let layer = try #require(NetworkSummary(of: network).layers.first { $0.name == "fc.1" })
    #expect(layer.kind == "Linear(32768, 11, bias)")
    #expect(layer.parameterCount == 32768 * 11 + 11)
    #expect(layer.forwardCount == 32768 * 11 * 16)
  }

  @Test("the text determines only whether neurons learn their time constants")
  func neurons() throws {
    var neuron = NeuronDescription(
      membrane: .learned(initialTau: 3), threshold: 0.5, resetPotential: nil)
    let text = "c1k3s1-BN-LIF-FC11-LIF"
    func read(_ text: String) throws -> NeuronDescription {
      try NetworkDescription(
        notation: text, input: NetworkDescription.gestureInput, classCount: 11, neuron: neuron
      ).neuron
    }
    #expect(try read(text.replacing("LIF", with: "PLIF")) == neuron)
    let fixed = try read(text)
    neuron.membrane = .fixed(tau: 3)
    #expect(fixed == neuron)
  }

  @Test(
    "nested braces are equivalent to the expanded text",
    arguments: [
      (
        "{{c2k3s1-BN-LIF}*2-MPk2s2}*3-FC11-LIF",
        "c2k3s1-BN-LIF-c2k3s1-BN-LIF-MPk2s2-c2k3s1-BN-LIF-c2k3s1-BN-LIF-MPk2s2-"
          + "c2k3s1-BN-LIF-c2k3s1-BN-LIF-MPk2s2-FC11-LIF"
      ),
      ("{c2k3s1-BN-LIF}*1-{{FC11}*1-LIF}*2", "c2k3s1-BN-LIF-FC11-LIF-FC11-LIF"),
      ("{c2k3s1-BN}*1-{LIF-FC11}*2-LIF", "c2k3s1-BN-LIF-FC11-LIF-FC11-LIF"),
    ])
  func nesting(folded: String, unfolded: String) throws {
    let network = try network(folded)
    #expect(try network == self.network(unfolded))
    #expect(try self.network(network.notation) == network)
  }

  @Test(
    "the longest repetitions of blocks are written in braces",
    arguments: [
      "{{c2k3s1-BN-LIF}*2-MPk2s2}*3-FC11-LIF", "c2k3s1-BN-LIF-{FC11-LIF}*3",
      "c1k3s1-BN-LIF-c2k3s1-BN-LIF-{DP-FC11-LIF}*2", "{c2k3s1-BN-LIF}*9-FC11-LIF",
    ])
  func folding(notation: String) throws {
    #expect(try network(notation).notation == notation)
  }

  @Test("any proper prefix is rejected, at one of its characters or the one after")
  func prefixes() throws {
    for count in 0..<Self.gesture.utf8.count {
      let text = String(Self.gesture.prefix(count))
      // A shortened last number gives another network, which is rejected too.
      let error = try #require(refusal(text), "\(text)")
      #expect((1...count + 1).contains(error.position), "\(text): \(error)")
      #expect(!error.detail.isEmpty)
    }
  }

  @Test(
    "with any character replaced, the text is a network or is rejected at one of its characters")
  func replacedCharacters() throws {
    let characters =
      (0..<128).map { Character(Unicode.Scalar($0)) } + ["é", "×", "\u{1F600}", "\r\n"]
    let original = Array(Self.gesture)
    var acceptedCount = 0
    for index in original.indices {
      for character in characters {
        var text = original
        text[index] = character
        let notation = String(text)
        guard let error = refusal(notation) else {
          acceptedCount += 1
          continue
        }
        #expect((1...original.count + 1).contains(error.position), "\(notation): \(error)")
        #expect(
          error.description.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control },
          "\(notation)")
      }
    }
    // Accepted: the original, letters of the other case, and other numbers of channels, repetitions
    // and hidden neurons.
    #expect(acceptedCount > 2 * original.count)
  }

  @Test(
    "errors have the position, what was expected and what was found",
    arguments: [
      (
        "", 1,
        "a layer (cNk3s1, BN, LIF, PLIF, MPk2s2, APk2s2, DP, FCN, FCNb) or '{' expected, the end found"
      ),
      ("c16k3s1-LIF", 9, "batch norm expected, neurons found"),
      ("BN", 1, "a convolution expected, batch norm found"),
      ("c16k3s1-BN-MPk2s2", 12, "neurons expected, pooling found"),
      (
        "c16k3s1-BN-LIF-BN", 16,
        "pooling, a convolution, dropout or a linear layer expected, batch norm found"
      ),
      (
        "c16k3s1-BN-LIF-MPk2s2-LIF", 23,
        "a convolution, dropout or a linear layer expected, neurons found"
      ),
      ("c16k3s1-BN-LIF-DP-DP", 19, "a linear layer expected, dropout found"),
      ("c16k3s1-BN-LIF-FC11-FC11", 21, "neurons expected, a linear layer found"),
      (
        "c16k3s1-BN-LIF-FC11-LIF-MPk2s2", 25,
        "dropout, a linear layer or the vote expected, pooling found"
      ),
      ("c16k3s1-BN-LIF-FC11-LIF-APk1s1-LIF", 32, "the end expected, neurons found"),
      ("c16k3s1-BN-LIF-FC11", 20, "neurons expected, the end found"),
      (
        "c16k3s1-BN-LIF", 15,
        "pooling, a convolution, dropout or a linear layer expected, the end found"
      ),
      (
        "c16k3s1-BN-LIF-FC10-LIF", 24,
        "a vote such as APk10s10, or 11 neurons, expected at the end, 10 neurons found"
      ),
      (
        "c16k3s1-BN-LIF-FC100-LIF-APk10s10", 26,
        "11 classes expected, 100 neurons with 10 per class give 10: the linear layer before the vote must have 110 outputs"
      ),
      (
        "c16k3s1-BN-LIF-FC100-LIF-APk3s3", 26,
        "11 classes expected, 100 neurons with 3 per class give no whole number: the linear layer before the vote must have 33 outputs"
      ),
      (
        "c16k3s1-BN-LIF-APk3s3", 16,
        "pooling APk2s2 expected before the linear layers, k3s3 found"
      ),
      ("c16k3s1-BN-LIF-MPk3s3", 16, "pooling MPk2s2 expected, k3s3 found"),
      ("c16k3s1-BN-LIF-MPk2s1", 16, "pooling MPk2s2 expected, k2s1 found"),
      (
        "c16k3s1-BN-LIF-APk2s1", 16,
        "pooling APk2s2, or a vote whose stride is its size, expected, k2s1 found"
      ),
      ("c16k3s1-BN-LIF-MP", 18, "'k' and the pooling size expected, the end found"),
      ("c16k3s1-BN-LIF-MPk2", 20, "'s' and the pooling stride expected, the end found"),
      ("c16k5s1-BN", 4, "'k3s1' (3×3, stride 1) expected, 'k5s1-BN' found"),
      ("c0k3s1", 2, "1 to 4096 channels expected, 0 found"),
      ("c4097k3s1", 2, "1 to 4096 channels expected, 4097 found"),
      ("c99999999999999999999k3s1", 2, "1 to 4096 channels expected, 1000000000 found"),
      ("ck3s1", 2, "a number of channels after 'c' expected, 'k3s1' found"),
      ("c1k3s1-BN-LIF-FC65537", 17, "1 to 65536 outputs expected, 65537 found"),
      ("c1k3s1-BN-LIF-FC", 17, "a number of outputs after 'FC' expected, the end found"),
      (
        "c1k3s1-BN-LIF-FC11-PLIF", 20,
        "LIF, as before, expected: all neurons of a network are of one kind"
      ),
      (
        "c1k3s1-BN-PLIF-FC11-LIF", 21,
        "PLIF, as before, expected: all neurons of a network are of one kind"
      ),
      ("c1k3s1 -BN", 7, "'-' or the end expected, ' -BN' found"),
      ("{c1k3s1", 8, "'-' or '}' expected, the end found"),
      ("{c1k3s1}", 9, "'*' and the number of repetitions expected, the end found"),
      ("{c1k3s1}*", 10, "the number of repetitions expected, the end found"),
      ("{c1k3s1}*0", 10, "1 to 1000 repetitions expected, 0 found"),
      ("{c1k3s1}*1001", 10, "1 to 1000 repetitions expected, 1001 found"),
      ("{c1k3s1-BN-LIF}*334", 17, "at most 1000 layers expected, 1002 found"),
      (
        "{}*2", 2,
        "a layer (cNk3s1, BN, LIF, PLIF, MPk2s2, APk2s2, DP, FCN, FCNb) or '{' expected, '}*2' found"
      ),
      (
        String(repeating: "{", count: 17), 17, "at most 16 nested braces expected, '{' found"
      ),
      (
        "{c1k3s1-BN-LIF-MPk2s2}*8-FC11-LIF", 16,
        "at least 2×2 pixels to pool expected, 1×1 found"
      ),
      ("c1k3s1-BN-LIF\u{1B}[31m", 14, "'-' or the end expected, '?[31m' found"),
      (
        "{c4096k3s1-BN-LIF}*20-FC11-LIF", 2,
        "at most 1073741824 weights expected, 1208033280 found"
      ),
    ] as [(String, Int, String)])
  func refusals(notation: String, position: Int, detail: String) throws {
    let error = try #require(refusal(notation))
    #expect(error.position == position, "\(error)")
    #expect(error.detail == detail)
    #expect(error.description == "character \(position): \(detail)")
  }
}
