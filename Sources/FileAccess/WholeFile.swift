public import SystemPackage

/// Writes a file atomically and flushes it to disk: it appears whole or not at all.
///
/// - Parameters:
///   - bytes: The content.
///   - path: The file's path; its folder must exist.
///   - replacing: Whether an existing file may be replaced.
/// - Throws: ``FileError`` when the disk is full or fails, or the file exists and must not be
///   replaced; an existing file then stays.
public func writeWholeFile(
  _ bytes: [UInt8], to path: FilePath, replacing: Bool
) throws(FileError) {
  try stageWholeFile(bytes, for: path).publish(replacing: replacing)
}

/// Writes a file that appears when it is published.
///
/// - Parameters:
///   - bytes: The content.
///   - path: The file's final path; its folder must exist.
/// - Throws: ``FileError`` when the disk is full or fails.
public func stageWholeFile(
  _ bytes: [UInt8], for path: FilePath
) throws(FileError) -> StagedFile {
  let staged = try StagedFile(for: path)
  do {
    let file = try FileDescriptor.open(
      staged.pathForWriting, .writeOnly, options: [.truncate, .closeOnExec])
    try file.closeAfter { _ = try file.writeAll(bytes) }
  } catch {
    throw FileError(path, "cannot be written", error as? Errno ?? .ioError)
  }
  return staged
}

/// Copies the content of a file over that of another, which exists.
///
/// - Throws: ``FileError`` when the file cannot be read, or the disk is full or fails.
package func copyWholeFile(_ source: FilePath, to target: FilePath) throws(FileError) {
  do {
    let input = try FileDescriptor.open(source, .readOnly, options: .closeOnExec)
    try input.closeAfter {
      let output = try FileDescriptor.open(
        target, .writeOnly, options: [.truncate, .closeOnExec])
      try output.closeAfter { try copyBytes(from: input, to: output) }
    }
  } catch {
    throw FileError(source, "cannot be copied", error as? Errno ?? .ioError)
  }
}
