internal import AddressSpace
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
  if let available = AddressSpace.availableByteCount, available < leastByteCount {
    messages.fail(
      "at least \(leastByteCount) bytes of memory are needed, and \(available) are available "
        + "within the limit of the address space (ulimit -v): choose a higher limit")
    throw ExitCode(1)
  }
  do {
    try body()
    messages.clearProgress()
    // Printed text may still be in a buffer.
    let flushError = printedTextError()
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
      messages.fail(stoppedText)
      throw ExitCode(InterruptSignals.exitCode)
    }
    messages.fail("\(error)")
    throw ExitCode(1)
  }
}

/// What a command says that a signal has ended before it had a result.
package let stoppedText = "stopped; nothing was changed"

/// The memory that any command takes besides what depends on its input and options, in bytes.
private let leastByteCount = 8 << 20
