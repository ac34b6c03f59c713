package import EventData
internal import FileAccess
package import SystemPackage

/// Lets the contents of an archive's members be read in any order, after one pass through it.
package struct ArchiveMap: Sendable {
  /// The archive.
  package let path: FilePath

  private let isCompressed: Bool
  private let points: ResumptionPoints

  init(_ path: FilePath, _ file: DecompressedFile) {
    self.path = path
    isCompressed = file.isCompressed
    points = file.points
  }

  /// The content of a member, which is unpacked as it is needed.
  ///
  /// - Parameters:
  ///   - range: Where it lies in the decompressed archive.
  ///   - keepsAll: Whether what was unpacked stays in memory.
  ///   - isCancelled: Returns whether to stop.
  /// - Throws: ``DataSetError`` when there is no room for it in the process's address space.
  package func bytes(
    _ range: Range<Int>, keepsAll: Bool, isCancelled: @escaping @Sendable () -> Bool
  ) throws(DataSetError) -> any LoadableBytes {
    try MemberBytes(self, range, keepsAll: keepsAll, isCancelled: isCancelled)
  }

  /// Opens the file as near before a position as possible.
  ///
  /// - Parameter current: The file where it is being read now; kept if it is nearer.
  func file(
    before position: Int, _ current: DecompressedFile?, isCancelled: @escaping () -> Bool
  ) throws(DataSetError) -> DecompressedFile {
    do throws(Errno) {
      if !isCompressed {
        if let current, current.position == position { return current }
        return try DecompressedFile(path, at: position, isCancelled: isCancelled)
      }
      let point = points.last(upTo: position)
      if let current, current.position <= position, current.position >= point?.position ?? 0 {
        return current
      }
      if let point { return try DecompressedFile(path, at: point, isCancelled: isCancelled) }
      return try DecompressedFile(path, isCancelled: isCancelled)
    } catch {
      throw DataSetError(FileError(path, "cannot be opened", error))
    }
  }
}
