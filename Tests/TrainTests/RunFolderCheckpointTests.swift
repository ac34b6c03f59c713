import FileAccess
import Support
import SystemPackage
import Testing

@testable import Train

@Suite("A run's folder in place of a checkpoint")
struct RunFolderCheckpointTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func path(_ name: String, _ choice: RunFiles.CheckpointChoice) throws -> String {
    try RunFiles.checkpoint(at: directory.file(name), choice).lastComponent?.string ?? ""
  }

  @Test("is its best checkpoint, or the latest to resume from; or the only one")
  func choices() throws {
    try createDirectories(directory.file("run"))
    try directory.write("", to: "run/checkpoint_latest.safetensors")
    #expect(try path("run", .best) == "checkpoint_latest.safetensors")
    try directory.write("", to: "run/checkpoint_max.safetensors")
    #expect(try path("run", .best) == "checkpoint_max.safetensors")
    #expect(try path("run", .latest) == "checkpoint_latest.safetensors")
  }

  @Test("a file stays what it is, even if it is missing")
  func files() throws {
    try directory.write("", to: "a.safetensors")
    #expect(try path("a.safetensors", .best) == "a.safetensors")
    #expect(try path("none", .latest) == "none")
  }

  @Test("another file of a run is an error that names its folder")
  func otherFiles() throws {
    try createDirectories(directory.file("run"))
    for name in ["report.html", "metrics.jsonl"] { try directory.write("", to: "run/\(name)") }
    // Without a checkpoint beside it, it may be anything.
    #expect(try path("run/report.html", .best) == "report.html")
    try directory.write("", to: "run/checkpoint_latest.safetensors")
    for name in ["report.html", "metrics.jsonl"] {
      let file = directory.file("run/\(name)")
      do throws(TrainError) {
        _ = try RunFiles.checkpoint(at: file, .best)
        Issue.record("\(file) is a checkpoint")
      } catch {
        #expect(
          error.description
            == "\(file): a checkpoint or a run's folder expected, another file of a run found: its "
            + "folder is \(directory.file("run"))")
      }
    }
  }

  @Test("a folder without checkpoints is an error that names a run in it")
  func noRun() throws {
    try createDirectories(directory.file("logs/run"))
    try directory.write("", to: "logs/run/checkpoint_latest.safetensors")
    for (name, hint) in [
      ("logs", "; there are runs in it, such as \(directory.file("logs/run"))"),
      ("", ""),
    ] {
      let folder = directory.file(name)
      do throws(TrainError) {
        _ = try RunFiles.checkpoint(at: folder, .best)
        Issue.record("\(folder) is a run")
      } catch {
        #expect(
          error.description
            == "\(folder): a checkpoint or a run's folder expected, a folder without checkpoints "
            + "found\(hint)")
      }
    }
  }
}
