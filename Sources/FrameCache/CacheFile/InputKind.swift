public import FileAccess
public import SystemPackage

/// The kind of a file, by its first bytes or else by its extension.
public enum InputKind: Equatable, Sendable {
  /// AEDAT.
  case recording
  /// HDF5.
  case cache
  /// Something else.
  case other

  /// Determines the kind of a file.
  ///
  /// - Throws: ``FileAccess/FileError`` if it cannot be read or is not a regular file.
  public init(of path: FilePath) throws(FileError) {
    let file = try MappedFile(path)
    let start = try file.withBytes { bytes throws(FileError) in
      (0..<min(9, bytes.byteCount)).map { index -> UInt8 in
        // Safe: the index lies in the span; any byte is valid.
        unsafe bytes.unsafeLoad(fromByteOffset: index, as: UInt8.self)
      }
    }
    if start.starts(with: [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]) {
      self = .cache
    } else if start.starts(with: Array("#!AER-DAT".utf8)) || path.extension == "aedat" {
      self = .recording
    } else {
      self = path.extension == "h5" ? .cache : .other
    }
  }
}
