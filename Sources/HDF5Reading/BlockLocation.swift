/// The name and address of a block of a file, for messages.
struct BlockLocation {
  /// The object that it belongs to, as in `/train/labels`.
  let object: String
  /// What it is, as in `object header`.
  let name: String
  /// Its first byte, from the start of the file.
  let byteOffset: Int

  /// The error of a block that no valid file can contain.
  func damaged(_ detail: String) -> HDF5ReadingError {
    HDF5ReadingError(.damaged, object, "the \(name) at byte \(byteOffset) is damaged: \(detail)")
  }

  /// The error of a block with a feature that this reader does not support.
  func outsideSubset(_ what: String) -> HDF5ReadingError {
    HDF5ReadingError(.outsideSubset, object, "\(what) is not supported")
  }
}
