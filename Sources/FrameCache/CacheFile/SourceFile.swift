/// A file from which a cache was converted, as it was at that time.
public struct SourceFile: Equatable, Sendable {
  /// The file's name in the data set's folder.
  public var name: String
  /// Its size in bytes.
  public var byteCount: UInt64
  /// When its content was last changed, in nanoseconds since 1970.
  public var modificationNanoseconds: Int64
  /// The XXH3 hash of its content.
  public var contentHash: UInt64

  /// Describes a file.
  public init(
    name: String, byteCount: UInt64, modificationNanoseconds: Int64, contentHash: UInt64
  ) {
    self.name = name
    self.byteCount = byteCount
    self.modificationNanoseconds = modificationNanoseconds
    self.contentHash = contentHash
  }
}
