import CPUEngine
import FileAccess
import FoundationEssentials
import Safetensors
import Support
import SystemPackage
import Testing

/// The README's promise: a command gives the same checkpoint on every processor and in every
/// environment.
@Suite("A command always gives the same checkpoint, byte for byte")
struct SameCheckpointTests {
  /// The options of a training, and its known result.
  struct Case: CustomTestStringConvertible {
    let testDescription: String
    let arguments: String
    /// Checksum of `checkpoint_latest.safetensors` after five steps, on every x86-64 processor.
    ///
    /// It changes when a sum takes another order, together with `NumericsVersion`, or when
    /// checkpoints record another setting. The new checksum must then be the same for every
    /// instruction set on every machine.
    let knownSHA256: String
  }

  /// Their thresholds make every layer fire from the first step.
  static let cases = [
    Case(
      testDescription: "LIF, maximum pooling, Adam, squared error",
      arguments: "-channels 16 -b 4 -lr 0.003 -v_threshold 0.5",
      knownSHA256: "66c6bf43f54894ea71ab32073e171ff127544399813a14cd0911b652e6362d1d"),
    Case(
      testDescription:
        "PLIF, average pooling, single-step batch norm, SGD, cross-entropy, two batches per step",
      arguments: "-channels 9 -neuron PLIF -pool avg -step_mode s -opt SGD -momentum 0.9 -lr 0.03 "
        + "-surrogate Sigmoid -loss ce -b 2 -accumulate 2 -lr_scheduler CosALR -T_max 3 -v_threshold 0.25",
      knownSHA256: "7b85216700906bdc4f322eab76cfc5bcb2eede52c46191df0251b7ffb5bcca50"),
    // Images down to one pixel, and numbers of channels that are not multiples of a vector's
    // length.
    Case(
      testDescription: "another network, unpooled convolutions, soft reset, AdamW",
      arguments: "-net {c13k3s1-BN-LIF-MPk2s2}*3-c11k3s1-BN-LIF-{c9k3s1-BN-LIF-MPk2s2}*3-"
        + "c9k3s1-BN-LIF-APk2s2-c20k3s1-BN-LIF-DP-FC33-LIF-DP-FC110-LIF-APk10s10 -b 3 -opt AdamW "
        + "-lr 0.004 -v_reset none -no_detach_reset -no_decay_input -surrogate PiecewiseQuadratic "
        + "-lr_scheduler StepLR -step_size 1 -gamma 0.5 -dropout 0.1 -v_threshold 0.4",
      knownSHA256: "fd94880ba4a8c8d6aa372e9014c8dad3a03ffc3d80e94e00669978cd6e694487"),
  ]

  /// How a training is run.
  private struct Variant {
    let instructionSet: InstructionSet
    var arguments = "-threads 2"
    var environment: [String: String] = [:]

    var text: String {
      (["DVS_ISA=\(instructionSet)"] + environment.map { "\($0)=\($1)" } + [arguments])
        .joined(separator: " ")
    }
  }

  private static let threadCounts = [1, 2, 7]

  /// Environments in which libraries choose other code, and new memory has other contents.
  private static let environments = [
    ("OPENBLAS_CORETYPE", "Haswell"), ("OPENBLAS_CORETYPE", "SkylakeX"),
    ("OPENBLAS_CORETYPE", "Zen"),
    // Names of glibc from 2.33 on, and older ones; it ignores names that it does not know.
    ("GLIBC_TUNABLES", "glibc.cpu.hwcaps=-AVX2,-FMA,-AVX2_Usable,-FMA_Usable"),
    ("MALLOC_PERTURB_", "165"),
  ]

  private static let decodingThreadCounts = [0, 3]

  private static var variants: [Variant] {
    InstructionSet.available.flatMap { set in
      threadCounts.map { Variant(instructionSet: set, arguments: "-threads \($0)") }
        + decodingThreadCounts.map {
          Variant(instructionSet: set, arguments: "-threads 2 -j \($0)")
        }
        + environments.map { Variant(instructionSet: set, environment: [$0: $1]) }
    }
  }

  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
    let result = try ToolRun.dvsprep(
      "convert", Fixtures.path("synthetic").string, "-T", "5", "--subject", "1,24",
      "--class", "1,2,3,4,5,6", "-o", directory.file("cache.h5").string, "--quiet")
    #expect(result.exitCode == 0, "\(result.standardError)")
  }

  /// Trains into a folder.
  ///
  /// - Returns: The run's folder in it.
  private func train(
    _ arguments: String, _ variant: Variant, stepCount: Int, into name: String
  ) throws -> FilePath {
    let result = try ToolRun.dvstrain(
      ("-data_dir cache.h5 -out_dir \(name) -T 5 --quiet -log_every 1 -max_steps \(stepCount) "
        + "\(arguments) \(variant.arguments)").split(separator: " ").map(String.init),
      in: directory.path,
      environment: variant.environment.merging(["DVS_ISA": variant.instructionSet.rawValue]) { $1 })
    try #require(result.exitCode == 0, "\(variant.text): \(result.standardError)")
    // In particular no warning that training continues with another numerics version.
    #expect(result.standardError.isEmpty, "\(variant.text)")
    let folder = directory.file(name)
    return folder.appending(try #require(try namesInDirectory(folder).first))
  }

  private func checkpoint(_ folder: FilePath) -> FilePath {
    folder.appending("checkpoint_latest.safetensors")
  }

  private func sha256(_ folder: FilePath) throws -> String {
    let result = try runCommand("sha256sum", [checkpoint(folder).string])
    return String(result.standardOutput.prefix { $0 != " " })
  }

  @Test(
    "with each instruction set, number of threads and environment, and when stopped and resumed",
    arguments: cases)
  func sameBytes(_ training: Case) throws {
    var reports: [String] = []
    for (number, variant) in Self.variants.enumerated() {
      let folder = try train(training.arguments, variant, stepCount: 5, into: "run\(number)")
      if number == 0 { try expectSpikes(of: folder) }
      let found = try sha256(folder)
      #expect(found == training.knownSHA256, "\(variant.text)")
      reports.append("\(found) \(variant.text)\n")
    }

    let sets = InstructionSet.available
    let first = Variant(instructionSet: sets.contains(.avx2) ? .avx2 : .baseline)
    let best = Variant(instructionSet: try #require(sets.last))
    let early = try train(training.arguments, first, stepCount: 3, into: "early")
    let begun = try train(training.arguments, first, stepCount: 3, into: "stopped")
    let stopped = try train(
      training.arguments + " -resume auto", best, stepCount: 5, into: "stopped")
    #expect(stopped == begun)
    let found = try sha256(stopped)
    #expect(found == training.knownSHA256, "resumed")
    reports.append("\(found) 3 steps with \(first.text), 2 more with \(best.text)\n")
    try expectChanges(from: early, to: stopped)

    report(training, reports, resumed: "\(first.instructionSet) to \(best.instructionSet)")
  }

  private func report(_ training: Case, _ lines: [String], resumed: String) {
    func list(_ sets: [InstructionSet]) -> String {
      sets.isEmpty ? "none" : sets.map(\.rawValue).joined(separator: ", ")
    }
    let sets = InstructionSet.available
    let environments = Self.environments.map { "\($0)=\($1)" }.joined(separator: ", ")
    let equalCount = lines.count { $0.hasPrefix(training.knownSHA256) }
    let line =
      "\(training.testDescription): \(equalCount) of \(lines.count) runs gave \(training.knownSHA256): "
      + "\(list(sets)) (skipped: \(list(InstructionSet.allCases.filter { !sets.contains($0) }))), each with "
      + "\(Self.threadCounts) threads, and with 2: -j \(Self.decodingThreadCounts), \(environments); "
      + "resumed: \(resumed)"
    print(line)
    Attachment.record(
      line + "\n" + lines.joined(), named: "checkpoints_\(training.knownSHA256.prefix(8)).txt")
  }

  /// Expects that every layer fires: a silent one would give the same bits in any case.
  private func expectSpikes(of folder: FilePath) throws {
    struct Line: Decodable {
      let type: String?
      let spikes: [Int]?
    }
    let text = String(decoding: try readFile(folder.appending("metrics.jsonl")), as: UTF8.self)
    let steps = try text.split(separator: "\n")
      .map { try JSONDecoder().decode(Line.self, from: Data($0.utf8)) }
      .filter { $0.type == "step" }
    #expect(steps.count == 5)
    for step in steps {
      let spikes = try #require(step.spikes)
      #expect(spikes.count >= 7 && spikes.allSatisfy { $0 > 0 }, "\(spikes)")
    }
  }

  /// Expects that every tensor changes: unchanged weights would not show differing gradients.
  private func expectChanges(from early: FilePath, to late: FilePath) throws {
    let before = try SafetensorsFile(opening: checkpoint(early))
    let after = try SafetensorsFile(opening: checkpoint(late))
    for tensor in after.tensors {
      #expect(try before.bytes(of: tensor.name) != after.bytes(of: tensor.name), "\(tensor.name)")
    }
  }
}
