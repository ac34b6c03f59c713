import ArgumentParser
import SpikingNetwork
import SystemPackage
import Testing
import Train

@testable import dvstrain

@Suite("The arguments of dvstrain")
struct TrainArgumentTests {
  private func command(_ text: String) throws -> TrainCommand {
    let arguments = text.split(separator: " ").map(String.init)
    let parsed = try DVSTrain.parseAsRoot(OptionName.singleDashSpelling(of: arguments))
    return try #require(parsed as? TrainCommand)
  }

  private func settings(_ text: String) throws -> TrainingSettings {
    let command = try command("-data_dir D -out_dir O \(text)")
    return command.optimization.settings(
      network: try command.networkOptions.network(), batchSize: command.batch.size)
  }

  private func options(_ text: String) throws -> RunOptions {
    let command = try command("-data_dir D -out_dir O \(text)")
    return command.folder.runOptions(
      command.optimization, loaderThreads: command.machine.loaderThreads)
  }

  @Test("have the tutorial's values by default, but with Adam and the fastest engine")
  func defaults() throws {
    #expect(try settings("") == TrainingSettings())
    let options = try options("")
    let expected = RunOptions(outputDirectory: "O")
    #expect(options.outputDirectory == expected.outputDirectory)
    #expect(options.start == .fresh)
    #expect(options.epochCount == 64)
    #expect(options.loaderThreadCount == 4)
    #expect(options.evaluationInterval == 1)
    #expect(options.maximumStepCount == nil)
    #expect(!options.replacesExisting && !options.namesCUDANeurons)
    #expect(try command("-data_dir D -out_dir O").machine.device == .automatic)
  }

  @Test("can be the tutorial's command line, with or without a subcommand")
  func tutorial() throws {
    for prefix in ["", "train "] {
      let command = try command(
        prefix + "-T 16 -device cuda:0 -b 16 -epochs 64 -j 4 -channels 128 -data_dir D -out_dir O "
          + "-resume F -amp -cupy -opt SGD -lr 0.001 -momentum 0.9 -lr_scheduler StepLR "
          + "-step_size 32 -gamma 0.1 -T_max 32")
      let settings = command.optimization.settings(
        network: try command.networkOptions.network(), batchSize: command.batch.size)
      #expect(
        settings
          == TrainingSettings(
            optimizer: .sgd(momentum: 0.9), schedule: .step(size: 32, gamma: 0.1),
            precision: .bfloat16))
      #expect(command.machine.device == .named("cuda", device: 0))
      let options = command.folder.runOptions(command.optimization, loaderThreads: 4)
      #expect(options.start == .checkpoint("F"))
      #expect(options.namesCUDANeurons)
      #expect(command.data.path == "D")
    }
  }

  @Test("mean the same in every spelling")
  func spellings() throws {
    let expected = try settings("-T 20 -T_max 64 -lr 0.1 -b 8 -step_mode s")
    #expect(expected.network.frameCount == 20)
    #expect(expected.schedule == .cosine(halfPeriod: 64))
    for text in [
      "--T 20 --T_max 64 --lr 0.1 --b 8 --step_mode s",
      "--T=20 --T-max=64 --lr=0.1 --b=8 --step-mode=s", "-T20 -T_max=64 -lr=0.1 -b8 -step_mode=s",
      "-T_max 64 -T 20 -lr 1e-1 -b 8 -step_mode S",
    ] {
      #expect(try settings(text) == expected, "\(text)")
    }
  }

  @Test("change one setting each and nothing else")
  func each() throws {
    func check(_ text: String, _ change: (inout TrainingSettings) -> Void) throws {
      var expected = TrainingSettings()
      change(&expected)
      #expect(try settings(text) == expected, "\(text)")
    }
    try check("-neuron PLIF -tau 3") { $0.network.neuron.membrane = .learned(initialTau: 3) }
    try check("-neuron plif") { $0.network.neuron.membrane = .learned(initialTau: 2) }
    try check("-tau 1.5") { $0.network.neuron.membrane = .fixed(tau: 1.5) }
    try check("-v_threshold 0.5") { $0.network.neuron.threshold = 0.5 }
    try check("-v_reset none") { $0.network.neuron.resetPotential = nil }
    try check("-v_reset -0.5") { $0.network.neuron.resetPotential = -0.5 }
    try check("--v-reset=-0.5") { $0.network.neuron.resetPotential = -0.5 }
    try check("-v_threshold -1 -v_reset -2") {
      $0.network.neuron.threshold = -1
      $0.network.neuron.resetPotential = -2
    }
    try check("-no_detach_reset") { $0.network.neuron.detachesReset = false }
    try check("--no-detach-reset -detach_reset") { _ in }
    try check("-no_decay_input") { $0.network.neuron.decaysInput = false }
    try check("-no_decay_input --decay_input") { _ in }
    try check("-surrogate Sigmoid") { $0.network.neuron.surrogate = .sigmoid(alpha: 4) }
    try check("-surrogate PiecewiseQuadratic") {
      $0.network.neuron.surrogate = .piecewiseQuadratic(alpha: 1)
    }
    try check("-alpha 3") { $0.network.neuron.surrogate = .atan(alpha: 3) }
    try check("-pool avg") { $0.network = NetworkDescription(pooling: .average) }
    try check("-step_mode s") { $0.network.stepMode = .singleStep }
    try check("-dropout 0") { $0.network.dropoutProbability = 0 }
    try check("-channels 32") { $0.network = NetworkDescription(channelCount: 32) }
    try check("-loss ce") { $0.loss = .crossEntropy }
    try check("-amp") { $0.precision = .bfloat16 }
    try check("-opt AdamW") { $0.optimizer = .adamW(weightDecay: 0.01) }
    try check("-opt AdamW -weight_decay 0.1") { $0.optimizer = .adamW(weightDecay: 0.1) }
    try check("-opt sgd -momentum 0") { $0.optimizer = .sgd(momentum: 0) }
    try check("-lr_scheduler StepLR -step_size 10.0 -gamma 0.5") {
      $0.schedule = .step(size: 10, gamma: 0.5)
    }
    try check("-accumulate 4") { $0.accumulationCount = 4 }
    try check("-seed 18446744073709551615") { $0.seed = .max }
    try check("-val 0.2") { $0.validationFraction = 0.2 }
    // Options that do not affect results.
    try check("-epochs 3 -j 0 -threads 3 -max_steps 9 -eval_every 2 -save_every 1") { _ in }
  }

  @Test("without an effect for the optimizer or schedule are told, if they are given")
  func ineffective() throws {
    func warnings(_ text: String) throws -> [String] {
      try command("-data_dir D -out_dir O \(text)").optimization.ineffective
    }
    #expect(try warnings("").isEmpty)
    #expect(try warnings("-T_max 64").isEmpty)
    #expect(
      try warnings("-opt sgd -momentum 0.9 -lr_scheduler steplr -step_size 3 -gamma 1").isEmpty)
    #expect(try warnings("-opt adamw -weight_decay 0.01").isEmpty)
    // The same as the default, but given.
    #expect(
      try warnings("-momentum 0.9 -weight_decay 0 -step_size 32 -gamma 0.1") == [
        "-momentum has no effect with -opt Adam: it is an option of SGD",
        "-weight_decay has no effect with -opt Adam: it is an option of AdamW",
        "-step_size has no effect with -lr_scheduler CosALR: it is an option of StepLR",
        "-gamma has no effect with -lr_scheduler CosALR: it is an option of StepLR",
      ])
    #expect(
      try warnings("-opt SGD -weight_decay 0.1 -lr_scheduler StepLR -T_max 32") == [
        "-weight_decay has no effect with -opt SGD: it is an option of AdamW",
        "-T_max has no effect with -lr_scheduler StepLR: it is an option of CosALR",
      ])
  }

  @Test("take a network in the paper's notation; that of the default network gives the default")
  func net() throws {
    let usual = "{c32k3s1-BN-LIF-MPk2s2}*5-DP-FC128-LIF-DP-FC110-LIF-APk10s10"
    #expect(try settings("-net \(usual)") == settings("-channels 32"))
    #expect(
      try settings("-net \(usual.replacing("LIF", with: "PLIF")) -tau 3 -T 4")
        == settings("-channels 32 -neuron PLIF -tau 3 -T 4"))
    let text = "{c4k3s1-BN-LIF-MPk2s2}*2-FC110-LIF-APk10s10"
    let other = try settings("--net=\(text) -v_reset none -step_mode s -dropout 0 -alpha 3 -T 4")
    #expect(
      other.network
        == (try NetworkDescription(
          notation: text, input: ImageShape(channelCount: 2, height: 128, width: 128),
          classCount: 11, frameCount: 4,
          neuron: NeuronDescription(resetPotential: nil, surrogate: .atan(alpha: 3)),
          stepMode: .singleStep, dropoutProbability: 0)))
  }

  @Test("set a run's start and the intervals of its output")
  func run() throws {
    #expect(try options("-resume auto").start == .latestCheckpoint)
    #expect(try options("-init F").start == .weights("F"))
    #expect(try options("--force").replacesExisting)
    let counts = try options(
      "-epochs 3 -j 0 -max_steps 9 -eval_every 2 -log_every 5 -save_every 7")
    #expect(counts.epochCount == 3)
    #expect(counts.loaderThreadCount == 0)
    #expect(counts.maximumStepCount == 9)
    #expect(counts.evaluationInterval == 2)
    #expect(counts.logInterval == 5)
    #expect(counts.saveInterval == 7)
  }

  @Test("select the cache by T and split rule")
  func frames() throws {
    func request(_ text: String) throws -> CacheRequest {
      let command = try command("-data_dir D -out_dir O \(text)")
      return try command.rule.request(frameCount: command.networkOptions.frameCount)
    }
    #expect(try request("") == CacheRequest())
    #expect(try request("-T 8 -split_by time") == CacheRequest(frameCount: 8, rule: .time))
    #expect(try request("-duration 200000") == CacheRequest(durationMicroseconds: 200_000))
  }
}
