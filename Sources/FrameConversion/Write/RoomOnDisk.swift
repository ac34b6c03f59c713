internal import FileAccess
internal import FrameCache
internal import SystemPackage

/// Throws if the disk of a cache's folder has too little room for it.
///
/// - Parameters:
///   - byteCount: The cache's expected size.
///   - destination: The cache's path.
/// - Throws: ``FrameCacheError`` with the needed and the free bytes.
func requireRoom(_ byteCount: Int64, for destination: FilePath) throws(FrameCacheError) {
  let free: Int64
  do throws(FileError) {
    free = try freeByteCount(in: destination.parentDirectory)
  } catch {
    throw FrameCacheError(error)
  }
  guard free >= byteCount else {
    throw FrameCacheError(
      .file, destination, "",
      "the cache needs about \(byteCount) bytes, but only \(free) are free")
  }
}
