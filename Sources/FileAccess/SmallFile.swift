public import SystemPackage

/// The content of a small file, and the state of the file when it was read.
public struct SmallFile: Sendable {
  /// The content.
  public let bytes: [UInt8]
  /// Size and modification time of the file when it was opened.
  public let identity: FileIdentity

  /// Reads a whole file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - maximumByteCount: Maximum size; a larger file is rejected.
  /// - Throws: ``FileError`` when it cannot be read, is not a regular file, or is too large.
  public init(
    reading path: FilePath, maximumByteCount: Int = 16 << 20
  ) throws(FileError) {
    let file = try MappedFile(path)
    guard file.byteCount <= maximumByteCount else {
      throw FileError(path, "at most \(maximumByteCount) bytes expected, \(file.byteCount) found")
    }
    try file.populate(0..<file.byteCount)
    identity = file.identity
    bytes = try file.withBytes { bytes throws(FileError) in
      // Safe: the bytes are copied while the mapping lives.
      unsafe bytes.withUnsafeBytes { unsafe Array($0) }
    }
    try file.requireWhole()
  }
}

/// Reads a whole small file.
///
/// - Parameters:
///   - path: The file.
///   - maximumByteCount: Maximum size; a larger file is rejected.
/// - Returns: The content.
/// - Throws: ``FileError`` when it cannot be read, is not a regular file, or is too large.
public func readSmallFile(
  _ path: FilePath, maximumByteCount: Int = 16 << 20
) throws(FileError) -> [UInt8] {
  try SmallFile(reading: path, maximumByteCount: maximumByteCount).bytes
}
