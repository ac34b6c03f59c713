import EventData
import FrameCache
import Support
import SystemPackage
import Testing

@Suite("Hostile caches do not crash the tools")
struct HostileCacheTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  @Test(
    "caches that crash the HDF5 library give exit code 1 and one line naming the file, in little memory",
    arguments: ["11_07c", "11_5b0", "11_7b0", "8_ac9", "2GB", "7GB"])
  func structure(name: String) throws {
    let path = Fixtures.path("hostile/\(name).h5")
    for command in ["info", "verify", "inspect"] {
      let result = try ToolRun.shell(
        "ulimit -v 1000000; exec \"$DVSPREP\" \(command) \(path)", in: directory.path)
      #expect(result.exitCode == 1, "\(command)")
      #expect(result.errorLines.count == 1, "\(result.standardError)")
      #expect(result.standardError.hasPrefix("dvsprep: \(path): "))
      #expect(result.standardOutput.isEmpty)
    }
  }

  @Test("samples that do not fit into memory are refused with the bytes needed and available")
  func largeSamples() throws {
    let archive = Fixtures.path("hostile/T65535.h5.gz")
    let arguments = ["verify": "", "inspect": "--sample test:0"]
    for (command, options) in arguments {
      let result = try ToolRun.shell(
        """
        gunzip -c \(archive) >large.h5; ulimit -v 8388608
        exec "$DVSPREP" \(command) large.h5 \(options)
        """, in: directory.path)
      #expect(result.exitCode == 1, "\(command)")
      #expect(result.errorLines.count == 1, "\(result.standardError)")
      #expect(
        result.standardError.hasPrefix(
          "dvsprep: large.h5: a sample of 65535 frames of 128×128 pixels needs "
            + "12884705280 bytes of memory to be decoded, and "), "\(result.standardError)")
    }
  }

  @Test("training on samples that do not fit into memory is also refused")
  func largeTraining() throws {
    let archive = Fixtures.path("hostile/T65535.h5.gz")
    let result = try ToolRun.shell(
      """
      gunzip -c \(archive) >large.h5; ulimit -v 8388608
      exec "$DVSTRAIN" -data_dir large.h5 -out_dir logs -T 65535 -channels 2 -b 1 -epochs 1 --quiet
      """, in: directory.path)
    #expect(result.exitCode == 1)
    #expect(result.errorLines.count == 1, "\(result.standardError)")
    #expect(
      result.standardError.hasPrefix(
        "dvstrain: -b 1: 1 × 65535 frames need about "
          + "21057224672 bytes of memory in training, and "), "\(result.standardError)")
  }

  @Test("hundreds of millions of samples that were never written are refused in little memory")
  func sparseSamples() throws {
    let path = directory.file("sparse.h5")
    let sampleCount = 1 << 28
    let schema = try FrameCache(opening: Fixtures.path("foreign/v1_uint8.h5")).schema
    let writer = try FrameCacheWriter(
      path, named: path, schema: schema, settings: CacheSettings(split: .number(frameCount: 2)),
      frameCount: 2, sampleCounts: [.train: sampleCount], elementType: .uint8)
    try writer.finish(records: [:], sources: [])
    for command in ["info", "verify", "inspect", "repack -o new.h5"] {
      let result = try ToolRun.shell(
        """
        truncate -s $((\(sampleCount) * 24 + 4096)) sparse.h5; ulimit -v 8388608
        exec "$DVSPREP" \(command) sparse.h5
        """, in: directory.path)
      #expect(result.exitCode == 1, "\(command)")
      #expect(result.errorLines.count == 1, "\(result.standardError)")
      #expect(result.standardError.hasPrefix("dvsprep: sparse.h5: "))
      #expect(try directory.names() == ["sparse.h5"])
    }
  }

  @Test("evaluation without memory for a batch is refused with the bytes needed and available")
  func largeBatch() throws {
    let directory = try ToolRun.folderWithCache()
    let training = try ToolRun.dvstrain(
      [
        "-data_dir", ".", "-out_dir", "logs", "-T", "2", "-channels", "2", "-b", "4", "-epochs",
        "1", "--quiet",
      ], in: directory.path)
    #expect(training.exitCode == 0, "\(training.standardError)")
    for limit in [100_000, 120_000] {
      let result = try ToolRun.shell(
        """
        ulimit -v \(limit)
        exec "$DVSTRAIN" eval logs/*/checkpoint_max.safetensors -data_dir . --quiet
        """, in: directory.path)
      #expect(result.exitCode == 1)
      #expect(result.errorLines.count == 1, "\(result.standardError)")
      #expect(
        result.standardError.contains(/[0-9]+ bytes of memory.*and [0-9]+ are available/),
        "\(result.standardError)")
    }
  }
}
