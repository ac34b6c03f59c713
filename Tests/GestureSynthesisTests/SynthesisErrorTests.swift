import FileAccess
import GestureSynthesis
import Support
import SystemPackage
import Testing

@Suite("Errors of writing a synthetic data set")
struct SynthesisErrorTests {
  private let directory: TemporaryDirectory
  private let dataSet: SyntheticDataSet

  init() throws {
    directory = try TemporaryDirectory()
    dataSet = SyntheticDataSet(
      plan: try SyntheticTrialPlan(trainCount: 2, testCount: 1), eventCount: 100, seed: 1)
  }

  @Test("a cancelled write throws a cancellation and leaves no files", arguments: [1, 3])
  func cancelled(threadCount: Int) throws {
    let error = try #require(throws: SynthesisError.self) {
      try dataSet.write(to: directory.path, threadCount: threadCount, isCancelled: { true })
    }
    #expect(error.isCancellation)
    #expect(error == .cancelled(directory.file("DvsGesture")))
    #expect(try directory.names().isEmpty)
  }

  @Test("a file error has the system's error as cause, and is never a cancellation")
  func file() throws {
    try directory.write("", to: "file")
    let error = try #require(throws: SynthesisError.self) {
      try dataSet.write(to: directory.file("file"))
    }
    #expect(!error.isCancellation && error.causes.last is Errno)
    let text = SynthesisError(FileError("a", "stopped"))
    #expect(text.description == "a: stopped")
    #expect(!text.isCancellation && text != .cancelled("a"))
  }
}
