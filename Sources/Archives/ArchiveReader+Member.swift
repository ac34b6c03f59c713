package import SystemPackage

extension ArchiveReader {
  /// A member of the archive: a regular file or a link.
  package struct Member: Equatable, Sendable {
    /// The member's path in the archive.
    package let path: FilePath
    /// Its index among all members that ``ArchiveReader/next()`` returns.
    package let index: Int
    /// The member's size in bytes, according to its header; 0 for a link.
    package let byteCount: Int64
    /// The link's target; `nil` for a regular file.
    package let link: Link?

    /// The last component of the member's path.
    package var name: String { path.lastComponent?.string ?? "" }
  }

  /// The target of a link.
  package enum Link: Equatable, Sendable {
    /// The path of an earlier member with the same content.
    case hard(FilePath)
    /// The path of a file, from the folder of the link.
    case symbolic(FilePath)
  }
}
