internal import CLinux
internal import Glibc
package import SystemPackage

/// A file in memory, without a name and at first empty, which ends with the value.
package struct MemoryFile: ~Copyable {
  private let descriptor: FileDescriptor

  /// Creates the file.
  ///
  /// - Parameter purpose: What it is for, for messages and for who examines the process.
  /// - Throws: ``FileError`` if the system has none.
  package init(for purpose: String) throws(FileError) {
    // Safe: a null-terminated string, only read.
    let number = unsafe CLinux_memory_file(purpose)
    guard number >= 0 else {
      throw FileError(
        FilePath(purpose), "no file in memory can be made", Errno(rawValue: Glibc.errno))
    }
    descriptor = FileDescriptor(rawValue: number)
  }

  deinit { try? descriptor.close() }

  /// The path for opening the file in this process, while the value exists.
  package var path: FilePath { FilePath("/proc/self/fd/\(descriptor.rawValue)") }
}
