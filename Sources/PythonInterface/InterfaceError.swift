internal import Glibc
internal import SystemPackage

/// A call of the C interface that cannot be carried out.
struct InterfaceError: Error, CustomStringConvertible {
  /// What is wrong, in one line.
  let description: String

  init(_ description: String) { self.description = description }
}

/// Calls `body`, and passes an error to the caller of the C interface.
///
/// - Parameters:
///   - text: The caller's memory for the error's line, or `nil`.
///   - capacity: Its size in bytes.
///   - failed: What to return after an error.
func reporting<Result>(
  to text: UnsafeMutablePointer<CChar>?, _ capacity: Int, failed: Result,
  _ body: () throws -> Result
) -> Result {
  do { return try body() } catch {
    if let text = unsafe text, capacity > 0 {
      // Safe: the caller's memory has room for `capacity` bytes, and the copy ends with 0.
      var line = Array("\(error)".utf8.prefix(capacity - 1))
      // A character that does not fit is left out as a whole.
      while !line.isEmpty && String(validating: line, as: UTF8.self) == nil { line.removeLast() }
      for (index, byte) in line.enumerated() { unsafe text[index] = CChar(bitPattern: byte) }
      unsafe text[line.count] = 0
    }
    return failed
  }
}

/// A copy of a text that the caller of the C interface frees.
func ownedText(_ text: String) throws(InterfaceError) -> UnsafeMutablePointer<CChar> {
  guard let copy = unsafe strdup(text) else { throw InterfaceError("no memory is left") }
  return unsafe copy
}

/// A path that the caller of the C interface passed, of any bytes.
func passedPath(_ path: UnsafePointer<CChar>?) throws(InterfaceError) -> FilePath {
  guard let path = unsafe path else { throw InterfaceError("a path expected, NULL found") }
  // Safe: the contract of the interface is that texts end with 0.
  return unsafe FilePath(platformString: path)
}

/// A text that the caller of the C interface passed.
func passedText(
  _ text: UnsafePointer<CChar>?, _ what: String
) throws(InterfaceError) -> String {
  guard let text = unsafe text else { throw InterfaceError("\(what) expected, NULL found") }
  // Safe: the contract of the interface is that texts end with 0.
  return unsafe String(cString: text)
}

/// Memory that the caller of the C interface passed.
func passedMemory(
  _ start: UnsafeMutableRawPointer?, byteCount: Int64
) throws(InterfaceError) -> UnsafeMutableRawBufferPointer {
  guard let start = unsafe start, byteCount >= 0, let count = Int(exactly: byteCount) else {
    throw InterfaceError(
      "memory of 0 bytes or more expected, "
        + (unsafe start == nil ? "NULL found" : "\(byteCount) bytes found"))
  }
  // Safe: the contract of the interface is that the memory has this size.
  return unsafe UnsafeMutableRawBufferPointer(start: start, count: count)
}
