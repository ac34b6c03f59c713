public import FileAccess

/// The state of a data set's list or label file when it was read.
public struct DataSetTextFile: Equatable, Sendable {
  /// The file's name.
  public let name: String
  /// Size and modification time of the file; `nil` for a member of an archive.
  public let identity: FileIdentity?
  /// The XXH3 hash of its content.
  public let contentHash: UInt64

  /// Records a file's state and hashes its content.
  ///
  /// - Parameters:
  ///   - name: The file's name.
  ///   - bytes: Its content.
  ///   - identity: Size and modification time of the file; `nil` for a member of an archive.
  public init(_ name: String, _ bytes: [UInt8], identity: FileIdentity?) {
    self.name = name
    self.identity = identity
    contentHash = ContentHash.of(bytes)
  }
}
