internal import FileAccess
public import SystemPackage

extension LabelWindow {
  /// Reads the label file that stands beside a recording, `NAME_labels.csv`.
  ///
  /// - Returns: `nil` where there is none.
  /// - Throws: ``GestureDataSetError`` as ``parse(_:path:)``.
  public static func read(
    besideRecording path: FilePath
  ) throws(GestureDataSetError) -> [LabelWindow]? {
    let name = (path.stem ?? "") + RecordingName.labelsSuffix
    let labelsPath = path.parentDirectory.appending(name)
    guard labelsPath.isRegularFile else { return nil }
    let bytes: [UInt8]
    do throws(FileError) { bytes = try readSmallFile(labelsPath) } catch {
      throw GestureDataSetError(error)
    }
    return try parse(bytes, path: labelsPath)
  }
}
