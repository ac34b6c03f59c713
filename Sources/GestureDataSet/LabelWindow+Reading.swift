public import EventData
internal import FileAccess
public import SystemPackage

extension LabelWindow {
  /// The path of a recording's label file, `NAME_labels.csv` in the same folder, whether or not it
  /// exists.
  public static func path(besideRecording path: FilePath) -> FilePath {
    path.parentDirectory.appending((path.stem ?? "") + RecordingName.labelsSuffix)
  }

  /// Reads a recording's label file, `NAME_labels.csv` in the same folder.
  ///
  /// - Returns: `nil` when there is none.
  /// - Throws: ``EventData/DataSetError`` as ``parse(_:path:)``.
  public static func read(
    besideRecording path: FilePath
  ) throws(DataSetError) -> [LabelWindow]? {
    let labelsPath = Self.path(besideRecording: path)
    guard labelsPath.exists else { return nil }
    let bytes: [UInt8]
    do throws(FileError) { bytes = try readSmallFile(labelsPath) } catch {
      throw DataSetError(error)
    }
    return try parse(bytes, path: labelsPath)
  }
}
