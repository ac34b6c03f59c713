internal import ArgumentParser
internal import FileAccess
internal import Glibc
internal import SystemPackage
package import Terminal

/// Runs a command's work: signals become a wish to stop, errors one line and an exit code.
///
/// - Parameters:
///   - messages: Where errors are told.
///   - body: The work. It asks ``Terminal/InterruptSignals`` whether it is to stop; an `ExitCode`
///     passes as it is.
/// - Throws: `ExitCode` with the tool's exit code.
package func runWork(_ messages: Messages, _ body: () throws -> Void) throws {
  InterruptSignals.catchAll()
  do {
    try body()
    messages.clearProgress()
    // What was printed may still wait in a buffer.
    guard fflush(nil) == 0 else {
      messages.fail("stdout: cannot be written: \(Errno(rawValue: errno))")
      throw ExitCode(1)
    }
  } catch let code as ExitCode {
    messages.clearProgress()
    throw code
  } catch {
    messages.clearProgress()
    if InterruptSignals.isPending, (error as? any CancellableError)?.isCancellation == true {
      messages.fail("stopped; nothing was changed")
      throw ExitCode(InterruptSignals.exitCode)
    }
    messages.fail("\(error)")
    throw ExitCode(1)
  }
}
