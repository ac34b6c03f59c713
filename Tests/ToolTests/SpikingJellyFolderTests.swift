import FileAccess
import Support
import SystemPackage
import Testing

@Suite("SpikingJelly's folder and commands")
struct SpikingJellyFolderTests {
  private let directory: TemporaryDirectory
  private static let name = "frames_number_16_split_by_number"

  init() throws { directory = try TemporaryDirectory() }

  private func addRecordings(to folder: String) throws {
    var generator = SeededGenerator(seed: 3)
    let path = directory.file(folder)
    try createDirectories(path.parentDirectory)
    try SmallDataSet.random(using: &generator).write(to: path)
  }

  private func addArrays() throws {
    for folder in ["events_np", Self.name] {
      try createDirectories(directory.file("DVS128Gesture/\(folder)/train/0"))
      try directory.write("", to: "DVS128Gesture/\(folder)/train/0/user01_led_0.npz")
    }
  }

  private func dvstrain(_ arguments: String) throws -> CommandResult {
    try ToolRun.dvstrain(arguments.split(separator: " ").map(String.init), in: directory.path)
  }

  /// The command of SpikingJelly 2.0.0's tutorial, without its device, and with a small network.
  private static let command =
    "-T 16 -b 4 -epochs 1 -data-dir DVS128Gesture -amp -cupy -opt adam -lr 0.001 -j 8 -channels 1"

  @Test("is converted as it is, and the tutorial's command trains from it")
  func wholeWay() throws {
    try addArrays()
    try addRecordings(to: "DVS128Gesture/extract/DvsGesture")
    let missing = try dvstrain(Self.command)
    #expect(missing.exitCode == 1)
    #expect(
      missing.errorLines == [
        "dvstrain: DVS128Gesture: no cache of T 16 by number (\(Self.name).h5); "
          + "'dvsprep convert DVS128Gesture' makes it"
      ])
    let conversion = try ToolRun.dvsprep("convert", "DVS128Gesture", in: directory.path)
    #expect(conversion.exitCode == 0, "\(conversion.standardError)")
    let cache = "DVS128Gesture/\(Self.name).h5"
    #expect(conversion.standardOutput.hasPrefix("\(cache): 15 training and 5 test samples"))
    let training = try dvstrain(Self.command)
    #expect(training.exitCode == 0, "\(training.standardError)")
    let run = "T_16_b_4_c_1_Adam_lr_0.001_CosALR_32_amp_cupy"
    #expect(training.errorLines.first?.hasPrefix("dvstrain: \(cache) -> ./logs/\(run): ") == true)
    #expect(directory.file("logs/\(run)/report.html").exists)
  }

  @Test("is converted from the archive in download/ if nothing is unpacked")
  func archive() throws {
    try addRecordings(to: "DVS128Gesture/download/DvsGesture")
    let packed = try ToolRun.shell(
      "cd DVS128Gesture/download && tar czf DvsGesture.tgz DvsGesture && rm -r DvsGesture",
      in: directory.path)
    #expect(packed.exitCode == 0)
    let conversion = try ToolRun.dvsprep("convert", "DVS128Gesture", in: directory.path)
    #expect(conversion.exitCode == 0, "\(conversion.standardError)")
    #expect(conversion.standardOutput.hasPrefix("DVS128Gesture/\(Self.name).h5: 15 training"))
    let again = try ToolRun.dvsprep("convert", "DVS128Gesture", in: directory.path)
    #expect(again.standardOutput.contains("up to date"))
  }

  @Test("without recordings, its .npz files are named for what they are")
  func arrays() throws {
    try addArrays()
    let advice =
      "DVS128Gesture/\(Self.name) contains SpikingJelly's frames: 'dvsprep import "
      + "DVS128Gesture/\(Self.name)' makes a cache of them"
    let conversion = try ToolRun.dvsprep("convert", "DVS128Gesture", in: directory.path)
    #expect(conversion.exitCode == 1)
    #expect(
      conversion.errorLines
        == ["dvsprep: DVS128Gesture: a data set of recordings expected; \(advice)"])
    let training = try dvstrain(Self.command)
    #expect(training.exitCode == 1)
    #expect(
      training.errorLines == [
        "dvstrain: DVS128Gesture: no cache of T 16 by number (\(Self.name).h5); \(advice)"
      ])
    try addRecordings(to: "DVS128Gesture/extract/DvsGesture")
    let inner = try dvstrain("-data_dir DVS128Gesture/\(Self.name)")
    #expect(inner.exitCode == 1)
    #expect(inner.standardError.hasSuffix("; did you mean DVS128Gesture?\n"))
  }

  @Test(
    "the tutorial's device is answered before data are looked for",
    arguments: [
      "-T 16 -device cuda:0 -b 16 -epochs 64 -data-dir none -amp -cupy -opt adam -lr 0.001 -j 8",
      "-data_dir none -out_dir ./logs -amp -opt Adam -device cuda:0 -lr_scheduler CosALR -T_max 64 -cupy -epochs 256",
      "eval none -data-dir none -device cuda:0",
    ])
  func device(arguments: String) throws {
    let result = try dvstrain(arguments)
    #expect(result.exitCode == 1)
    #expect(result.errorLines.count == 1)
    // On a machine with a GPU the device is there, and the data are what is missing.
    if !FilePath("/dev/nvidiactl").exists {
      #expect(result.standardError.hasPrefix("dvstrain: no NVIDIA driver found"))
    }
    #expect(try directory.names().isEmpty)
  }

  @Test("-out-dir and -lr-scheduler are taken with one dash")
  func oneDash() throws {
    let result = try dvstrain("-data-dir none -out-dir logs -lr-scheduler CosALR")
    #expect(result.exitCode == 1)
    #expect(result.errorLines == ["dvstrain: none: cannot be opened: No such file or directory"])
  }

  @Test("options of dvsprep may be spelled as SpikingJelly's: with underscores, and frames_number")
  func spellings() throws {
    try addRecordings(to: "DvsGesture")
    let expected = try ToolRun.dvsprep(
      "convert", "DvsGesture", "-T", "3", "--split-by", "time", "-o", "one.h5", in: directory.path)
    #expect(expected.exitCode == 0, "\(expected.standardError)")
    for options in [
      ["--frames_number", "3", "--split_by=time"], ["--frames-number=3", "--split_by", "time"],
    ] {
      let result = try ToolRun.dvsprep(
        ["convert", "DvsGesture", "-o", "other.h5", "--force"] + options, in: directory.path)
      #expect(result.exitCode == 0, "\(result.standardError)")
      #expect(try readFile(directory.file("other.h5")) == readFile(directory.file("one.h5")))
    }
    // A value keeps its underscores, as does what follows two dashes.
    let file = try ToolRun.dvsprep(
      "info", "--json", "--", "--no_such_file", in: directory.path)
    #expect(file.errorLines.first?.hasPrefix("dvsprep: --no_such_file: ") == true)
  }
}
