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

@Suite("A command stopped by a signal")
struct CancellationTests {
  /// An error that the tools know only as a `CancellableError`.
  private struct UnknownError: CancellableError, CustomStringConvertible {
    let isCancellation: Bool
    let description: String
  }

  private static let stopMessage = "stopped; nothing was changed\n"

  /// Runs a command's work and exits like a tool; with 99 after an error that is not an `ExitCode`.
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

  @Test("is recognised by dvsprep for any text of the error")
  func dvsprep() async {
    let result = await #expect(
      processExitsWith: .exitCode(130), observing: [\.standardErrorContent]
    ) {
      Self.exit {
        try runWork(Messages(toolName: "dvsprep", isQuiet: false)) { observer in
          raise(SIGINT)
          if observer.isCancelled() {
            throw UnknownError(isCancellation: true, description: "given up")
          }
        }
      }
    }
    #expect(text(result) == "dvsprep: \(Self.stopMessage)")
  }

  @Test("is recognised by dvstrain for any text of the error")
  func dvstrain() async {
    let result = await #expect(
      processExitsWith: .exitCode(143), observing: [\.standardErrorContent]
    ) {
      Self.exit {
        try runWork(Messages(toolName: "dvstrain", isQuiet: false)) {
          raise(SIGTERM)
          if InterruptSignals.isPending {
            throw UnknownError(isCancellation: true, description: "given up")
          }
        }
      }
    }
    #expect(text(result) == "dvstrain: \(Self.stopMessage)")
  }

  @Test("reports a failure as such, even if its text says that it stopped")
  func failure() async {
    let result = await #expect(
      processExitsWith: .exitCode(1), observing: [\.standardErrorContent]
    ) {
      Self.exit {
        try runWork(Messages(toolName: "dvstrain", isQuiet: false)) {
          raise(SIGINT)
          throw UnknownError(isCancellation: false, description: "stopped")
        }
      }
    }
    #expect(text(result) == "dvstrain: stopped\n")
  }

  @Test("reports an error as such without a signal")
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

  @Test("ends the process at once when a second signal arrives, of the same or another kind")
  func second() async {
    await #expect(processExitsWith: .signal(SIGTERM)) {
      Self.exit {
        try runWork(Messages(toolName: "dvsprep", isQuiet: false)) { _ in
          raise(SIGINT)
          raise(SIGTERM)
        }
      }
    }
    await #expect(processExitsWith: .signal(SIGINT)) {
      Self.exit {
        try runWork(Messages(toolName: "dvsprep", isQuiet: false)) { _ in
          raise(SIGINT)
          raise(SIGINT)
        }
      }
    }
  }

  @Test("takes a second SIGTERM soon after the first for the same request, and a later one not")
  func repeated() async {
    let result = await #expect(
      processExitsWith: .exitCode(143), observing: [\.standardErrorContent]
    ) {
      Self.exit {
        try runWork(Messages(toolName: "dvsprep", isQuiet: false)) { _ in
          raise(SIGTERM)
          raise(SIGTERM)
          throw UnknownError(isCancellation: true, description: "given up")
        }
      }
    }
    #expect(text(result) == "dvsprep: stopped; nothing was changed\n")
    await #expect(processExitsWith: .signal(SIGTERM)) {
      Self.exit {
        try runWork(Messages(toolName: "dvsprep", isQuiet: false)) { _ in
          raise(SIGTERM)
          usleep(5_100_000)
          raise(SIGTERM)
        }
      }
    }
  }

  private func text(_ result: ExitTest.Result?) -> String {
    String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
  }
}
