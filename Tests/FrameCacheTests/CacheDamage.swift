import CHDF5
import FileAccess
import Support
import SystemPackage

/// Ways to damage a cache.
enum CacheDamage {
  /// Opens a file for reading and writing, and runs `change` on it.
  static func modify(_ path: FilePath, _ change: (hid_t) -> Void) {
    // No locks: a process that another test starts meanwhile inherits this file's lock and may hold
    // it a moment longer.
    let access = H5Pcreate(CHDF5_H5P_FILE_ACCESS())
    H5Pset_file_locking(access, false, true)
    defer { H5Pclose(access) }
    // Safe: the file belongs to this test, which opens and closes it here.
    let file = unsafe H5Fopen(path.string, readWrite, access)
    precondition(file >= 0, "\(path) cannot be opened for changes")
    change(file)
    H5Fclose(file)
  }

  /// H5F_ACC_RDWR, a macro that Swift does not import.
  private static let readWrite: UInt32 = 1

  /// Removes an attribute of the root group.
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

  /// Makes a name an external link to another file's root group.
  static func linkOutside(_ name: String, of path: FilePath, to file: FilePath) {
    modify(path) { handle in
      let result = unsafe H5Lcreate_external(
        file.string, "/", handle, name, hid_t(H5P_DEFAULT), hid_t(H5P_DEFAULT))
      precondition(result >= 0, "no link \(name)")
    }
  }

  /// Overwrites bytes of a file.
  static func overwrite(_ path: FilePath, at byteOffset: Int, _ bytes: [UInt8]) throws {
    var content = try readFile(path)
    content.replaceSubrange(byteOffset..<(byteOffset + bytes.count), with: bytes)
    try writeFile(content, to: path)
  }

  /// The bytes of a file with all bits of one flipped.
  static func flipped(_ bytes: [UInt8], at byteOffset: Int) -> [UInt8] {
    var changed = bytes
    changed[byteOffset] = ~bytes[byteOffset]
    return changed
  }

  /// Flips all bits of a byte.
  static func flip(_ path: FilePath, byteOffset: Int) throws {
    let content = try readFile(path)
    try overwrite(path, at: byteOffset, [~content[byteOffset]])
  }

  /// Truncates a file.
  static func truncate(_ path: FilePath, to byteCount: Int) throws {
    try writeFile(Array(try readFile(path).prefix(byteCount)), to: path)
  }
}
