public import EventData
internal import FileAccess
public import SystemPackage

extension LabelWindow {
  /// The name of the label file that stands beside a recording, `NAME_labels.csv`, be there one or
  /// not.
  public static func path(besideRecording path: FilePath) -> FilePath {
    path.parentDirectory.appending((path.stem ?? "") + RecordingName.labelsSuffix)
  }

  /// Reads the label file that stands beside a recording, `NAME_labels.csv`.
  ///
  /// - Returns: `nil` where there is none.
  /// - Throws: ``DataSetError`` as ``parse(_:path:)``.
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
