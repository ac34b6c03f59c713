public import SystemPackage

/// Writes a file that appears whole or not at all; when the call returns, it is on the disk.
///
/// - Parameters:
///   - bytes: The content.
///   - path: Where the file will stand; its folder must be there.
///   - replacing: Whether a file of that name may be replaced.
/// - Throws: ``FileError`` when the disk is full or fails, or the name is taken and may not be;
///   whatever had it before still has it.
public func writeWholeFile(
  _ bytes: [UInt8], to path: FilePath, replacing: Bool
) throws(FileError) {
  let staged = try StagedFile(for: path)
  do {
    let file = try FileDescriptor.open(
      staged.pathForWriting, .writeOnly, options: [.truncate, .closeOnExec])
    try file.closeAfter { _ = try file.writeAll(bytes) }
  } catch {
    throw FileError(path, "cannot be written", error as? Errno ?? .ioError)
  }
  try staged.publish(replacing: replacing)
}
