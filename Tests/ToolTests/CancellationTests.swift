import ArgumentParser
import FileAccess
import FrameCache
import Glibc
import SystemPackage
import Terminal
import Testing
import Threads
import ToolSupport

@testable import dvsprep

@Suite("A command that a signal ends")
struct CancellationTests {
  /// An error of which the tools know nothing else.
  private struct Ended: CancellableError, CustomStringConvertible {
    let isCancellation: Bool
    let description: String
  }

  private static let told = "stopped; nothing was changed\n"

  /// Ends the process as a tool does after the work of a command.
  private static func exit(after work: () throws -> Void) -> Never {
    do {
      try work()
      Glibc.exit(0)
    } catch let code as ExitCode {
      Glibc.exit(code.rawValue)
    } catch {
      Glibc.exit(99)
    }
  }

  @Test("is recognised by dvsprep whatever the error's text")
  func dvsprep() async {
    let result = await #expect(
      processExitsWith: .exitCode(130), observing: [\.standardErrorContent]
    ) {
      Self.exit {
        try runWork(Messages(toolName: "dvsprep", isQuiet: false)) { observer in
          raise(SIGINT)
          if observer.isCancelled() { throw Ended(isCancellation: true, description: "given up") }
        }
      }
    }
    #expect(text(result) == "dvsprep: \(Self.told)")
  }

  @Test("is recognised by dvstrain whatever the error's text")
  func dvstrain() async {
    let result = await #expect(
      processExitsWith: .exitCode(143), observing: [\.standardErrorContent]
    ) {
      Self.exit {
        try runWork(Messages(toolName: "dvstrain", isQuiet: false)) {
          raise(SIGTERM)
          if InterruptSignals.isPending {
            throw Ended(isCancellation: true, description: "given up")
          }
        }
      }
    }
    #expect(text(result) == "dvstrain: \(Self.told)")
  }

  @Test("tells a failure as such, though its text says that it stopped")
  func failure() async {
    let result = await #expect(
      processExitsWith: .exitCode(1), observing: [\.standardErrorContent]
    ) {
      Self.exit {
        try runWork(Messages(toolName: "dvstrain", isQuiet: false)) {
          raise(SIGINT)
          throw Ended(isCancellation: false, description: "stopped")
        }
      }
    }
    #expect(text(result) == "dvstrain: stopped\n")
  }

  @Test("tells an error as such where no signal came")
  func noSignal() async {
    let result = await #expect(
      processExitsWith: .exitCode(1), observing: [\.standardErrorContent]
    ) {
      Self.exit {
        try runWork(Messages(toolName: "dvsprep", isQuiet: false)) { _ in
          throw FileError("a", "cannot be read", .ioError)
        }
      }
    }
    #expect(text(result) == "dvsprep: a: cannot be read: Input/output error\n")
  }

  private func text(_ result: ExitTest.Result?) -> String {
    String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
  }
}
