import FileAccess
import Support
import SystemPackage
import Testing
import ToolSupport

@Suite("The files that a command writes")
struct OutputFilesTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func output(_ name: String, force: Bool = false) throws -> OutputFile {
    try OutputFile(directory.file(name), inputs: [], force: force)
  }

  @Test("appear together")
  func together() throws {
    let files = OutputFiles()
    try files.add([1], as: output("a"))
    try files.add([2], as: output("b"))
    #expect(try directory.names().allSatisfy { $0.hasPrefix(".") })
    try files.publish()
    #expect(try directory.names() == ["a", "b"])
    #expect(try readFile(directory.file("b")) == [2])
  }

  @Test("do not appear if one of them cannot get its name")
  func none() throws {
    let files = OutputFiles()
    try files.add([1], as: output("a"))
    try files.add([2], as: output("b"))
    try directory.write([3], to: "b")
    #expect(throws: FileError.self) { try files.publish() }
    #expect(try directory.names() == ["b"])
    #expect(try readFile(directory.file("b")) == [3])
  }

  @Test("do not appear if one of them cannot be drawn or written")
  func failed() throws {
    let data = try ToolRun.folderWithCache()
    let recording = "DvsGesture/user01_fluorescent.aedat"
    let before = try data.names()
    let view = try ToolRun.dvsprep(
      "view", recording, "--html", "a.html", "--png", "missing/a.png", in: data.path)
    #expect(view.exitCode == 1)
    let inspect = try ToolRun.dvsprep(
      "inspect", "frames_number_2_split_by_number.h5", "--sample", "test:0", "--html", "a.html",
      "--png", "a.png", "--zoom", "16", "--gif", "missing/a.gif", in: data.path)
    #expect(inspect.exitCode == 1)
    #expect(try data.names() == before)
  }
}
