import EventData
import FrameCache
import SpikingNetwork
import Testing

@testable import Train

@Suite("Training settings")
struct TrainingSettingsTests {
  /// Changes of a single setting from the tutorial's, each with the option name that it affects.
  static let variants: [(change: @Sendable (inout TrainingSettings) -> Void, name: String)] = [
    ({ $0.network.frameCount = 20 }, "T"), ({ $0.network.change(channelCount: 32) }, "channels"),
    ({ $0.network.change(sideLength: 64) }, "side_length"),
    ({ $0.network.change(notation: "c2k3s1-BN-LIF-MPk2s2-FC110-LIF-APk10s10") }, "net"),
    ({ $0.network.neuron.membrane = .learned(initialTau: 2) }, "neuron"),
    ({ $0.network.neuron.membrane = .fixed(tau: 2.5) }, "tau"),
    ({ $0.network.neuron.threshold = 0.7 }, "v_threshold"),
    ({ $0.network.neuron.resetPotential = -0.1 }, "v_reset"),
    ({ $0.network.neuron.resetPotential = nil }, "v_reset"),
    ({ $0.network.neuron.detachesReset = false }, "detach_reset"),
    ({ $0.network.neuron.decaysInput = false }, "decay_input"),
    ({ $0.network.neuron.surrogate = .sigmoid(alpha: 2) }, "surrogate"),
    ({ $0.network.neuron.surrogate = .atan(alpha: 3) }, "alpha"),
    ({ $0.network.change(pooling: .average) }, "pool"),
    ({ $0.network.stepMode = .singleStep }, "step_mode"),
    ({ $0.network.dropoutProbability = 0 }, "dropout"), ({ $0.batchSize = 8 }, "b"),
    ({ $0.optimizer = .sgd(momentum: 0.9) }, "momentum"),
    ({ $0.optimizer = .adamW(weightDecay: 0.01) }, "weight_decay"),
    ({ $0.learningRate = 1e-5 }, "lr"), ({ $0.schedule = .cosine(halfPeriod: 64) }, "T_max"),
    ({ $0.schedule = .step(size: 32, gamma: 0.1) }, "step_size"),
    ({ $0.loss = .crossEntropy }, "loss"), ({ $0.precision = .bfloat16 }, "amp"),
    ({ $0.accumulationCount = 4 }, "accumulate"), ({ $0.seed = .max }, "seed"),
    ({ $0.validationFraction = 0.2 }, "val"),
  ]

  @Test("are equal after writing and reading, each changed alone", arguments: variants.indices)
  func roundTrip(variant: Int) throws {
    var settings = TrainingSettings()
    #expect(try TrainingSettings(Record(json: settings.record.json, name: "")) == settings)
    Self.variants[variant].change(&settings)
    let json = settings.record.json
    let read = try TrainingSettings(Record(json: json, name: ""))
    #expect(read == settings)
    #expect(read.record.json == json)
  }

  @Test("name the differences", arguments: variants.indices)
  func differences(variant: Int) {
    let defaults = TrainingSettings()
    #expect(defaults.differences(from: defaults).isEmpty)
    var settings = defaults
    Self.variants[variant].change(&settings)
    let differences = settings.differences(from: defaults)
    let name = Self.variants[variant].name
    #expect(differences.contains { $0.hasPrefix("\(name): ") }, "\(differences)")
  }

  @Test("give each variant its own folder")
  func names() {
    let settings = Self.variants.map { change, _ in
      var settings = TrainingSettings()
      change(&settings)
      return settings
    }
    // Only tests change the side length, so it is not part of the name.
    let names = ([TrainingSettings()] + settings).filter { $0.network.input.width == 128 }
      .map { $0.runName(.number(frameCount: 16)) }
    #expect(Set(names).count == names.count)
    let splits: [FrameSplit] = [
      .number(frameCount: 16), .time(frameCount: 16), .duration(microseconds: 9),
    ]
    #expect(Set(splits.map { TrainingSettings().runName($0) }).count == 3)
  }

  @Test("of the tutorial give the tutorial's folder")
  func tutorialNames() {
    var settings = TrainingSettings(schedule: .cosine(halfPeriod: 64), precision: .bfloat16)
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

  @Test("with an invalid value are rejected by its name")
  func invalidValues() {
    let invalid: [(String, RecordValue)] = [
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
    for (name, value) in invalid {
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

  /// Settings with another network than the default one.
  private func settings(
    _ notation: String, input: ImageShape = NetworkDescription.gestureInput, classCount: Int = 11
  ) throws -> TrainingSettings {
    TrainingSettings(
      network: try NetworkDescription(notation: notation, input: input, classCount: classCount))
  }

  @Test("record another network as notation, input and classes, and are equal after reading")
  func otherNetworks() throws {
    let shorthands = ["channels", "side_length", "pool"]
    let cases: [(notation: String, input: ImageShape, classCount: Int)] = [
      (
        "{c16k3s1-BN-LIF-MPk2s2}*2-DP-FC64-LIF-DP-FC110-LIF-APk10s10",
        NetworkDescription.gestureInput, 11
      ),
      // The paper's network for N-MNIST.
      (
        "{c128k3s1-BN-PLIF-MPk2s2}*2-DP-FC2048-PLIF-DP-FC100-PLIF-APk10s10",
        ImageShape(channelCount: 2, height: 34, width: 34), 10
      ),
      ("c1k3s1-BN-LIF-FC3-LIF", ImageShape(channelCount: 1, height: 5, width: 7), 3),
      // The default layers with input shapes outside the default family.
      (
        NetworkDescription().notation, ImageShape(channelCount: 2, height: 34, width: 34), 11
      ),
      (
        NetworkDescription().notation, ImageShape(channelCount: 2, height: 64, width: 32), 11
      ),
    ]
    for (notation, input, classCount) in cases {
      let settings = try settings(notation, input: input, classCount: classCount)
      let record = settings.record
      #expect(record["net"] == .text(notation))
      #expect(record["classes"] == .integer(UInt64(classCount)))
      #expect(record["polarities"] == .integer(UInt64(input.channelCount)))
      #expect(record["height"] == .integer(UInt64(input.height)))
      #expect(record["width"] == .integer(UInt64(input.width)))
      #expect(shorthands.allSatisfy { record[$0] == nil })
      let read = try TrainingSettings(Record(json: record.json, name: ""))
      #expect(read == settings && read.record.json == record.json)
    }
    let defaults = try settings("{c32k3s1-BN-PLIF-APk2s2}*5-DP-FC128-PLIF-DP-FC110-PLIF-APk10s10")
    #expect(
      defaults.network
        == NetworkDescription(
          channelCount: 32, neuron: NeuronDescription(membrane: .learned(initialTau: 2)),
          pooling: .average))
    #expect(defaults.record["net"] == nil && defaults.record["pool"] == .text("avg"))
  }

  @Test("with an invalid network are rejected by the name, and by the character of the notation")
  func invalidNetworks() throws {
    let notation = "{c16k3s1-BN-LIF-MPk2s2}*2-FC110-LIF-APk10s10"
    let invalid: [(name: String, value: RecordValue, detail: String)] = [
      ("net", .integer(1), "a text expected, 1 found"),
      (
        "net", .text("c16k3s1-LIF"), "character 9: batch norm expected, neurons found"
      ),
      (
        "net", .text("{c16k3s1-BN-LIF-MPk2s2}*8-FC110-LIF-APk10s10"),
        "character 17: at least 2×2 pixels to pool expected, 1×1 found"
      ),
      ("classes", .integer(10), "x"), ("classes", .integer(0), "1 to 65535 expected, 0 found"),
      ("classes", .integer(65_536), "1 to 65535 expected, 65536 found"),
      ("polarities", .integer(3), "1 to 2 expected, 3 found"),
      ("polarities", .absent, "1 to 2 expected, none found"),
      ("height", .integer(0), "1 to 32768 expected, 0 found"),
      ("width", .integer(32_769), "1 to 32768 expected, 32769 found"),
      ("width", .text("128"), "1 to 32768 expected, 128 found"),
      ("neuron", .text("PLIF"), "the neurons of net expected, PLIF found"),
    ]
    for (name, value, detail) in invalid {
      var record = try settings(notation).record
      record[name] = value
      do throws(Record.Defect) {
        _ = try TrainingSettings(record)
        Issue.record("\(name) \(value)")
      } catch  where detail == "x" {
        #expect(
          error.name == "net"
            && error.detail
              == "character 37: 10 classes expected, 110 neurons with 10 per class give 11: "
              + "the linear layer before the vote must have 100 outputs"
        )
      } catch {
        #expect(error.name == name && error.detail == detail)
      }
    }
  }

  @Test("give another network a folder named by its layers, short and safe in a shell")
  func otherNames() throws {
    let split = FrameSplit.number(frameCount: 16)
    let names = [
      "{c16k3s1-BN-LIF-MPk2s2}*2-DP-FC64-LIF-DP-FC110-LIF-APk10s10":
        "T_16_b_16_net_c16MPx2-DPFC64-DPFC110-AP10_Adam_lr_0.001_CosALR_32",
      "{c16k3s1-BN-PLIF}*2-c16k3s1-BN-PLIF-APk2s2-FC11-PLIF":
        "T_16_b_16_net_c16x2-c16AP-FC11_Adam_lr_0.001_CosALR_32_PLIF",
    ]
    for (notation, name) in names { #expect(try settings(notation).runName(split) == name) }
    let long = (1...20).map { "c\($0)k3s1-BN-LIF" }.joined(separator: "-")
    let variants = ["\(long)-FC11-LIF", "\(long)-DP-FC11-LIF", "\(long)-FC12-LIF-FC11-LIF"]
    let longNames = try variants.map { try settings($0).runName(split) }
    #expect(Set(longNames).count == variants.count)
    for name in longNames {
      #expect(name.hasPrefix("T_16_b_16_net_c1-c2-c3-c4-c5-c6-c7-c8-c9-c10-c11-c12-c"))
      #expect(name.utf8.count < 120)
      #expect(name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) })
    }
  }
}
