internal import Glibc
public import SystemPackage

/// Free bytes for unprivileged users on the file system of a folder.
///
/// - Throws: ``FileError`` when the folder does not exist.
public func freeByteCount(in directory: FilePath) throws(FileError) -> Int64 {
  var status = statvfs()
  // Safe: the call writes one structure.
  let result = unsafe directory.withPlatformString { name in
    var result: Int32
    repeat { result = unsafe statvfs(name, &status) } while result != 0 && errno == EINTR
    return result
  }
  guard result == 0 else {
    throw FileError(directory, "cannot be examined", Errno(rawValue: Glibc.errno))
  }
  let product = Int64(clamping: status.f_bavail)
    .multipliedReportingOverflow(by: Int64(clamping: status.f_frsize))
  return product.overflow ? .max : product.partialValue
}
