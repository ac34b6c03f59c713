internal import ArgumentParser
internal import FileAccess
internal import Glibc
internal import SystemPackage
package import Terminal

/// Runs a command's work: turns signals into a request to stop, and errors into one line and an
/// exit code.
///
/// - Parameters:
///   - messages: Receives errors.
///   - body: The work. It polls ``Terminal/InterruptSignals`` to know whether to stop; an
///     `ExitCode` that it throws is passed on.
/// - Throws: `ExitCode` with the tool's exit code.
package func runWork(_ messages: Messages, _ body: () throws -> Void) throws {
  InterruptSignals.installHandlers()
  do {
    try body()
    messages.clearProgress()
    // Printed text may still be in a buffer.
    let flushError = fflush(nil) == 0 ? nil : errno
    if let error = messages.outputError ?? flushError {
      messages.fail("stdout: cannot be written: \(Errno(rawValue: error))")
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
