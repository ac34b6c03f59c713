package import FileAccess
internal import Glibc
package import SystemPackage

/// A new folder, removed with its contents when the object is deinitialized.
///
/// Keep it as a property of the suite: Swift Testing makes a new instance for each test.
package final class TemporaryDirectory: Sendable {
  /// The folder.
  package let path: FilePath

  /// Creates the empty folder.
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

  /// The path of a file in the folder, whether or not it exists.
  package func file(_ name: String) -> FilePath { path.appending(name) }

  /// Writes a file into the folder, replacing any existing one.
  @discardableResult
  package func write(_ bytes: [UInt8], to name: String) throws -> FilePath {
    try writeFile(bytes, to: file(name))
    return file(name)
  }

  /// Writes a text file into the folder, replacing any existing one.
  @discardableResult
  package func write(_ text: String, to name: String) throws -> FilePath {
    try write(Array(text.utf8), to: name)
  }

  /// The names in the folder, hidden ones included, sorted.
  package func names() throws(FileError) -> [String] { try namesInDirectory(path) }
}

/// Writes a file, replacing any existing one.
package func writeFile(_ bytes: [UInt8], to path: FilePath) throws {
  let descriptor = try FileDescriptor.open(
    path, .writeOnly, options: [.create, .truncate, .closeOnExec],
    permissions: [.ownerReadWrite, .groupRead, .otherRead])
  try descriptor.closeAfter { _ = try descriptor.writeAll(bytes) }
}

/// Increases a file's modification time by one second, as if it had been written again.
///
/// Its bytes never change, so another thread may read it at the same time; and the time differs
/// even if the file is younger than one tick of the file system's clock.
package func touch(_ path: FilePath) throws(FileError) {
  let before = try FileIdentity(of: path).modificationNanoseconds
  let after = timespec(
    tv_sec: Int(before / 1_000_000_000) + 1, tv_nsec: Int(before % 1_000_000_000))
  // Safe: the call reads the two times and keeps no pointer.
  guard unsafe utimensat(AT_FDCWD, path.string, [after, after], 0) == 0 else {
    throw FileError(path, "its time cannot be set", Errno(rawValue: Glibc.errno))
  }
}

/// Reads a whole file of any size.
package func readFile(_ path: FilePath) throws(FileError) -> [UInt8] {
  try readSmallFile(path, maximumByteCount: 1 << 40)
}
