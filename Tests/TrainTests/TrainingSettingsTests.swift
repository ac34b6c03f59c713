import FrameCache
import SpikingNetwork
import Testing

@testable import Train

@Suite("Training settings")
struct TrainingSettingsTests {
  /// Settings that each differ from the document's in one point, and the name that shows it.
  static let variants: [(change: @Sendable (inout TrainingSettings) -> Void, name: String)] = [
    ({ $0.network.frameCount = 20 }, "T"), ({ $0.network.channelCount = 32 }, "channels"),
    ({ $0.network.sideLength = 64 }, "side_length"),
    ({ $0.network.neuron.membrane = .learned(initialTau: 2) }, "neuron"),
    ({ $0.network.neuron.membrane = .fixed(tau: 2.5) }, "tau"),
    ({ $0.network.neuron.threshold = 0.7 }, "v_threshold"),
    ({ $0.network.neuron.resetPotential = -0.1 }, "v_reset"),
    ({ $0.network.neuron.resetPotential = nil }, "v_reset"),
    ({ $0.network.neuron.detachesReset = false }, "detach_reset"),
    ({ $0.network.neuron.decaysInput = false }, "decay_input"),
    ({ $0.network.neuron.surrogate = .sigmoid(alpha: 2) }, "surrogate"),
    ({ $0.network.neuron.surrogate = .atan(alpha: 3) }, "alpha"),
    ({ $0.network.pooling = .average }, "pool"),
    ({ $0.network.stepMode = .singleStep }, "step_mode"),
    ({ $0.network.dropoutProbability = 0 }, "dropout"), ({ $0.batchSize = 8 }, "b"),
    ({ $0.optimizer = .sgd(momentum: 0.9) }, "momentum"),
    ({ $0.optimizer = .adamW(weightDecay: 0.01) }, "weight_decay"),
    ({ $0.learningRate = 1e-5 }, "lr"), ({ $0.schedule = .cosine(maximumEpoch: 64) }, "T_max"),
    ({ $0.schedule = .step(size: 32, gamma: 0.1) }, "step_size"),
    ({ $0.loss = .crossEntropy }, "loss"), ({ $0.precision = .bfloat16 }, "amp"),
    ({ $0.accumulationCount = 4 }, "accumulate"), ({ $0.seed = .max }, "seed"),
    ({ $0.validationShare = 0.2 }, "val"),
  ]

  @Test("come back from a checkpoint's record, each by itself", arguments: variants.indices)
  func roundTrip(variant: Int) throws {
    var settings = TrainingSettings()
    #expect(try TrainingSettings(Record(json: settings.record.json, name: "")) == settings)
    Self.variants[variant].change(&settings)
    let json = settings.record.json
    let read = try TrainingSettings(Record(json: json, name: ""))
    #expect(read == settings)
    #expect(read.record.json == json)
  }

  @Test("name what differs", arguments: variants.indices)
  func differences(variant: Int) {
    let usual = TrainingSettings()
    #expect(usual.differences(from: usual).isEmpty)
    var settings = usual
    Self.variants[variant].change(&settings)
    let differences = settings.differences(from: usual)
    let name = Self.variants[variant].name
    #expect(differences.contains { $0.hasPrefix("\(name): ") }, "\(differences)")
  }

  @Test("give each its own folder")
  func names() {
    let settings = Self.variants.map { change, _ in
      var settings = TrainingSettings()
      change(&settings)
      return settings
    }
    // The side length is the tests' alone.
    let names = ([TrainingSettings()] + settings).filter { $0.network.sideLength == 128 }
      .map { $0.runName(.number(frameCount: 16)) }
    #expect(Set(names).count == names.count)
    let splits: [FrameSplit] = [
      .number(frameCount: 16), .time(frameCount: 16), .duration(microseconds: 9),
    ]
    #expect(Set(splits.map { TrainingSettings().runName($0) }).count == 3)
  }

  @Test("that the document knows give the document's folder")
  func documentNames() {
    var settings = TrainingSettings(schedule: .cosine(maximumEpoch: 64), precision: .bfloat16)
    let split = FrameSplit.number(frameCount: 16)
    #expect(settings.runName(split) == "T_16_b_16_c_128_Adam_lr_0.001_CosALR_64_amp")
    #expect(
      settings.runName(split, namesCUDANeurons: true)
        == "T_16_b_16_c_128_Adam_lr_0.001_CosALR_64_amp_cupy")
    settings.precision = .float32
    settings.optimizer = .sgd(momentum: 0.9)
    settings.learningRate = 0.1
    settings.schedule = .step(size: 32, gamma: 0.1)
    #expect(settings.runName(split) == "T_16_b_16_c_128_SGD_lr_0.1_StepLR_32_0.1")
  }

  @Test("with a value that cannot be are refused by its name")
  func impossibleValues() {
    let impossible: [(String, RecordValue)] = [
      ("T", .integer(0)), ("T", .integer(.max)), ("T", .number(1.5)), ("T", .text("16")),
      ("channels", .integer(0)), ("channels", .integer(1 << 40)), ("channels", .number(-1)),
      ("side_length", .integer(33)), ("side_length", .integer(0)), ("neuron", .text("IF")),
      ("tau", .number(0.5)), ("tau", .absent), ("v_threshold", .text("one")),
      ("v_reset", .flag(true)), ("detach_reset", .integer(1)), ("decay_input", .absent),
      ("surrogate", .text("Erf")), ("alpha", .integer(0)), ("pool", .text("sum")),
      ("step_mode", .text("x")), ("dropout", .integer(1)), ("dropout", .number(-0.5)),
      ("b", .integer(0)), ("opt", .text("RMSprop")), ("lr", .flag(false)),
      ("lr_scheduler", .text("None")), ("T_max", .integer(0)), ("loss", .text("l1")),
      ("amp", .text("yes")), ("accumulate", .integer(0)), ("seed", .number(0.5)),
      ("val", .integer(1)),
    ]
    for (name, value) in impossible {
      var record = TrainingSettings().record
      record[name] = value
      #expect(throws: Record.Defect.self, "\(name) \(value)") { try TrainingSettings(record) }
      do throws(Record.Defect) {
        _ = try TrainingSettings(record)
      } catch {
        #expect(error.name == name)
      }
    }
    #expect(throws: Record.Defect.self) { try TrainingSettings(Record()) }
  }
}
