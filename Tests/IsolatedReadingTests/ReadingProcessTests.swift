import Glibc
import IsolatedReading
import Support
import SystemPackage
import Testing
import Threads

@Suite("A reading process, and every way that it can end")
struct ReadingProcessTests {
  private let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

  private func outcome(
    of script: String, seconds: Int = 60, observer: WorkObserver = WorkObserver()
  ) throws -> ReadingProcess.Outcome {
    let target = try folder.write([UInt8](), to: "target")
    return try ReadingProcess(
      command: ["/bin/sh", "-c", script], elapsedSeconds: seconds, observer: observer
    ).run(writing: target)
  }

  @Test("what it writes to descriptor 3 is in the file, and its answer is parsed")
  func answers() throws {
    #expect(try outcome(of: "echo progress 1 2; echo copied >&3; echo done") == .done)
    #expect(try readFile(folder.file("target")) == Array("copied\n".utf8))
    #expect(try outcome(of: "echo refused /train: no; exit 1") == .refused("/train: no"))
    #expect(try outcome(of: "printf 'refused a\\033[2Jb\\n'; exit 1") == .refused("a?[2Jb"))
  }

  @Test(
    "signals, other exit codes, silence and nonsense are failures",
    arguments: [
      ("kill -SEGV $$", "was ended by signal 11"), ("kill -ABRT $$", "was ended by signal 6"),
      ("kill -XCPU $$", "was stopped at its time or memory limit"),
      ("exit 0", "gave an invalid answer"),
      ("echo done; exit 3", "gave an invalid answer"),
      ("echo refused x", "gave an invalid answer"),
      ("echo well; echo done", "gave an invalid answer"),
      ("echo progress 3 2; echo done", "gave an invalid answer"),
      ("yes | tr -d '\\n'", "gave an invalid answer"),
    ])
  func failures(script: String, event: String) throws {
    let outcome = try outcome(of: script)
    #expect(outcome == .failed(event))
  }

  @Test("if the system keeps no exit status, only its last answer counts")
  func lostStatus() async {
    // In a process of its own, because other tests of this one need exit statuses.
    await #expect(processExitsWith: .success) {
      signal(SIGCHLD, SIG_IGN)
      let process = try ReadingProcessTests()
      #expect(try process.outcome(of: "echo progress 1 2; echo done") == .done)
      #expect(try process.outcome(of: "echo refused /train: no; exit 1") == .refused("/train: no"))
      let failure = ReadingProcess.Outcome.failed("ended without a complete answer")
      for script in ["exit 0", "exit 3", "kill -SEGV $$", "echo progress 1 2", "printf done"] {
        #expect(try process.outcome(of: script) == failure, "\(script)")
      }
      #expect(
        try process.outcome(of: "echo well; echo done")
          == .failed("gave an invalid answer"))
      #expect(
        try process.outcome(of: "exec sleep 100 >&-", seconds: 1)
          == .failed("was stopped after 1 s, the time limit for this file size"))
    }
  }

  @Test("it is killed after its time limit, even if it has closed its output")
  func deadline() throws {
    let late = ReadingProcess.Outcome.failed(
      "was stopped after 1 s, the time limit for this file size")
    #expect(try outcome(of: "exec sleep 100", seconds: 1) == late)
    #expect(try outcome(of: "exec sleep 100 >&-", seconds: 1) == late)
  }

  @Test("it is killed when the caller cancels")
  func cancelling() throws {
    let observer = WorkObserver(isCancelled: { true })
    #expect(try outcome(of: "exec sleep 100", observer: observer) == .cancelled)
  }

  @Test("a missing program is an error")
  func missingProgram() throws {
    let target = try folder.write([UInt8](), to: "target")
    #expect(throws: Errno.noSuchFileOrDirectory) {
      try ReadingProcess(command: ["/no/program"], elapsedSeconds: 1).run(writing: target)
    }
  }
}
