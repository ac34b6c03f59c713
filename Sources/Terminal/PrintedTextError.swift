// stdout is a variable there, which nothing changes.
@unsafe @preconcurrency internal import Glibc

/// Writes what was printed and is still in a buffer.
///
/// Where stdout has no buffer, as libraries of MPI have it, nothing is left to write, and the
/// stream remembers only that there was an error.
///
/// - Returns: The error of this write, or that of an earlier one; `EIO` where its cause is not
///   known any more; `nil` where all was written.
package func printedTextError() -> Int32? {
  if fflush(nil) != 0 { return errno }
  // Safe: the stream exists as long as the process.
  return unsafe ferror(stdout) == 0 ? nil : EIO
}
