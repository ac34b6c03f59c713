internal import EventData
internal import SystemPackage

/// Throws if a file is read with what its header said when it had another size.
///
/// Formats know where arrays lie from the start, and a data set maps each file again when its turn
/// comes.
func requireUnchanged(
  _ byteCount: Int, _ bytes: RawSpan, _ path: FilePath
) throws(DataSetError) {
  guard bytes.byteCount == byteCount else {
    throw DataSetError(
      path, .whole,
      "\(byteCount) bytes expected, as when its header was read, \(bytes.byteCount) found: the file "
        + "has changed")
  }
}
