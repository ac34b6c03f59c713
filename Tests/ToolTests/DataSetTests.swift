import FileAccess
import Support
import SystemPackage
import Testing

@Suite("Data sets other than DVS128 Gesture")
struct DataSetTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func run(_ arguments: String...) throws -> CommandResult {
    try ToolRun.dvsprep(arguments, in: directory.path)
  }

  @Test("N-MNIST is told from its folders, converted, described and verified")
  func nmnist() throws {
    let folder = Fixtures.path("nmnist").string
    let made = try run(
      "convert", folder, "-T", "10", "--allow-missing", "-o", "n.h5", "--quiet")
    #expect(made.exitCode == 0, "\(made.standardError)")
    #expect(made.standardOutput.hasPrefix("n.h5: 4 training and 2 test samples, T 10, uint8, "))
    let information = try run("info", "n.h5")
    #expect(information.standardOutput.contains("[N, 10, 2, 34, 34]"))
    let verified = try run("verify", "n.h5", "--source", folder, "--quiet")
    #expect(verified.exitCode == 0)
    #expect(verified.standardOutput.contains("equal to the recordings of"))
    let again = try run("convert", folder, "--dataset", "nmnist", "--allow-missing", "-o", "n.h5")
    #expect(again.exitCode == 1)
    #expect(again.standardError.contains("made with T 10 instead of 16"))
  }

  @Test(
    "options of another data set are refused",
    arguments: [
      (["convert", "x", "--sensor", "34x34"], "--sensor: for --dataset own only; this is gesture"),
      (
        ["convert", "x", "--dataset", "own", "--subject", "1"],
        "--subject, --lighting, --class: for --dataset gesture only; this is own"
      ),
      (
        ["convert", "x", "--dataset", "own", "--sensor", "0x4"],
        "a width and a height in pixels, as in 346x260, expected, '0x4' found"
      ),
      (["convert", "x", "--dataset", "own"], "x: there is no such folder"),
    ])
  func foreignOptions(_ arguments: [String], _ message: String) throws {
    let result = try ToolRun.dvsprep(arguments, in: directory.path)
    #expect(result.exitCode != 0)
    #expect(result.standardError.contains(message), "\(result.standardError)")
  }

  @Test("a folder that is none says what it holds, what is expected, and what may be meant")
  func otherFolder() throws {
    let expected =
      "a data set expected: DvsGesture/ or the folder or archive of it, N-MNIST "
      + "(Train/0…9/*.bin, Test/0…9/*.bin) or own recordings (train/CLASS/*.aedat, "
      + "test/CLASS/*.aedat); "
    for (path, hint) in [
      ("x", "n found; did you mean x/n?"),
      ("x/n/Train", "3 found; did you mean x/n?"),
      ("x/n/Train/3", "1.bin found; did you mean x/n?"),
      ("y", "an empty folder found"),
    ] {
      try createDirectories(directory.file("x/n/Train/3"))
      try createDirectories(directory.file("y"))
      try directory.write([1, 2, 0, 0, 9], to: "x/n/Train/3/1.bin")
      for arguments in [["convert", path, "--allow-missing"], ["info", path]] {
        let result = try ToolRun.dvsprep(arguments, in: directory.path)
        #expect(result.exitCode == 1)
        #expect(result.errorLines == ["dvsprep: \(path): \(expected)\(hint)"])
      }
    }
  }
}
