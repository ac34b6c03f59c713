package import FileAccess
internal import Glibc
package import SystemPackage

/// A fresh folder that goes, with all that is in it, when the object goes.
///
/// Keep it as a property of the suite: Swift Testing makes a suite anew for each test.
package final class TemporaryDirectory: Sendable {
  /// The folder.
  package let path: FilePath

  /// Makes the folder, empty.
  package init() throws(FileError) {
    let parent = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
    let template = FilePath(parent).appending("dvskit-test-XXXXXX")
    var characters = template.string.utf8CString.map { $0 }
    // Safe: the text ends with a zero; the call overwrites the six X.
    guard unsafe mkdtemp(&characters) != nil else {
      throw FileError(template, "cannot be made", Errno(rawValue: Glibc.errno))
    }
    path = FilePath(
      String(decoding: characters.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self))
  }

  deinit { try? removeTree(path) }

  /// The name of a file in the folder, be there one or not.
  package func file(_ name: String) -> FilePath { path.appending(name) }

  /// Writes a file of the folder, in place of one of that name.
  @discardableResult
  package func write(_ bytes: [UInt8], to name: String) throws -> FilePath {
    try writeFile(bytes, to: file(name))
    return file(name)
  }

  /// Writes a text file of the folder, in place of one of that name.
  @discardableResult
  package func write(_ text: String, to name: String) throws -> FilePath {
    try write(Array(text.utf8), to: name)
  }

  /// What is in the folder, hidden names with it, sorted.
  package func names() throws(FileError) -> [String] { try namesInDirectory(path) }
}

/// Writes a file whole, in place of one of that name.
package func writeFile(_ bytes: [UInt8], to path: FilePath) throws {
  let descriptor = try FileDescriptor.open(
    path, .writeOnly, options: [.create, .truncate, .closeOnExec],
    permissions: [.ownerReadWrite, .groupRead, .otherRead])
  try descriptor.closeAfter { _ = try descriptor.writeAll(bytes) }
}

/// Moves the time of a file's last change one second on, as if it had been written again.
///
/// Its bytes stay at every moment, so that another thread may read it meanwhile; and the time
/// differs even where the file is younger than one tick of its file system's clock.
package func touch(_ path: FilePath) throws(FileError) {
  let before = try FileIdentity(of: path).modificationNanoseconds
  let after = timespec(
    tv_sec: Int(before / 1_000_000_000) + 1, tv_nsec: Int(before % 1_000_000_000))
  // Safe: the call reads two times, and keeps none.
  guard unsafe utimensat(AT_FDCWD, path.string, [after, after], 0) == 0 else {
    throw FileError(path, "its time cannot be set", Errno(rawValue: Glibc.errno))
  }
}

/// Reads a file whole, whatever its size.
package func readFile(_ path: FilePath) throws(FileError) -> [UInt8] {
  try readSmallFile(path, maximumByteCount: 1 << 40)
}
