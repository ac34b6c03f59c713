import CHDF5
import FileAccess
import Support
import SystemPackage

/// Ways to damage a cache.
enum CacheDamage {
  /// Opens a file for changes, and runs `change` on it.
  static func modify(_ path: FilePath, _ change: (hid_t) -> Void) {
    // No locks: a test beside this one that starts a process may hold this file's a moment longer.
    let access = H5Pcreate(CHDF5_H5P_FILE_ACCESS())
    H5Pset_file_locking(access, false, true)
    defer { H5Pclose(access) }
    // Safe: a file of the test's own, opened and closed here.
    let file = unsafe H5Fopen(path.string, readWrite, access)
    precondition(file >= 0, "\(path) cannot be opened for changes")
    change(file)
    H5Fclose(file)
  }

  /// H5F_ACC_RDWR, a macro that Swift does not see.
  private static let readWrite: UInt32 = 1

  /// Removes an attribute of the root.
  static func removeAttribute(_ name: String, of path: FilePath) {
    modify(path) { file in
      let result = unsafe H5Adelete(file, name)
      precondition(result >= 0, "no attribute \(name)")
    }
  }

  /// Removes a dataset or a group.
  static func removeObject(_ name: String, of path: FilePath) {
    modify(path) { file in
      let result = unsafe H5Ldelete(file, name, hid_t(H5P_DEFAULT))
      precondition(result >= 0, "no object \(name)")
    }
  }

  /// Makes a name lead to an object of another file.
  static func linkOutside(_ name: String, of path: FilePath, to file: FilePath) {
    modify(path) { handle in
      let result = unsafe H5Lcreate_external(
        file.string, "/", handle, name, hid_t(H5P_DEFAULT), hid_t(H5P_DEFAULT))
      precondition(result >= 0, "no link \(name)")
    }
  }

  /// Writes other bytes over a part of a file.
  static func overwrite(_ path: FilePath, at byteOffset: Int, _ bytes: [UInt8]) throws {
    var content = try readFile(path)
    content.replaceSubrange(byteOffset..<(byteOffset + bytes.count), with: bytes)
    try writeFile(content, to: path)
  }

  /// Flips all bits of a byte.
  static func flip(_ path: FilePath, byteOffset: Int) throws {
    let content = try readFile(path)
    try overwrite(path, at: byteOffset, [~content[byteOffset]])
  }

  /// Cuts a file.
  static func cut(_ path: FilePath, to byteCount: Int) throws {
    try writeFile(Array(try readFile(path).prefix(byteCount)), to: path)
  }
}
