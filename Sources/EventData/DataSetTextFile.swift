public import FileAccess

/// A list or a label file of a data set, as it was when it was read.
public struct DataSetTextFile: Equatable, Sendable {
  /// The file's name.
  public let name: String
  /// Size and time of the file; `nil` for a member of an archive.
  public let identity: FileIdentity?
  /// The XXH3 hash of its content.
  public let contentHash: UInt64

  /// Notes a file's content.
  ///
  /// - Parameters:
  ///   - name: The file's name.
  ///   - bytes: Its content.
  ///   - identity: Size and time of the file; `nil` for a member of an archive.
  package init(_ name: String, _ bytes: [UInt8], identity: FileIdentity?) {
    self.name = name
    self.identity = identity
    contentHash = ContentHash.of(bytes)
  }
}
