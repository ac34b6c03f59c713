internal import AEDAT
public import EventData
internal import FileAccess
internal import RecordingFormats
public import SystemPackage

extension RecordingContents {
  /// Maps a recording and detects its format by its content; one without any mark is of an ATIS if
  /// its name ends in `.bin`.
  ///
  /// Files without a mark that are none of the formats are treated as AEDAT 3.1, whose reader then
  /// reports what they are.
  ///
  /// - Throws: ``EventData/DataSetError`` when it cannot be opened or read, or is a recording that
  ///   cannot be read.
  public static func mapped(_ path: FilePath) throws(DataSetError) -> RecordingContents {
    let file: MappedFile
    do throws(FileError) { file = try MappedFile(path) } catch { throw DataSetError(error) }
    let detected = try file.withBytes { bytes throws(DataSetError) in
      try recordingFormat(of: bytes, path)
    }
    if let detected { return .mapped(file, as: detected) }
    let suffix = path.extension?.lowercased()
    if suffix == "bin" { return .mapped(file, as: ATISFormat()) }
    let kind = try file.withBytes { bytes throws(DataSetError) in FileKind(of: bytes) }
    switch kind {
    case _ where suffix == "raw" && !kind.isNamed:
      throw DataSetError(
        path, .byte(0),
        "header lines such as '% evt 3.0' expected, \(kind) found: if it is a camera's stream "
          + "without them, put them in front: { printf '%% evt 3.0\\n%% end\\n'; cat old.raw; } "
          + "> new.raw")
    case .text, .npz, .npy:
      throw try file.withBytes { bytes throws(DataSetError) in missingRecording(in: bytes, path) }
    default: return .mapped(file, as: AEDATFormat())
    }
  }

  /// Maps a recording for a network that was trained on a data set: of AEDAT 2.0, pixels and
  /// polarities are those of the training.
  ///
  /// - Parameters:
  ///   - path: The recording.
  ///   - dataSet: The data set; `nil` if it is not known.
  /// - Throws: ``EventData/DataSetError`` as ``mapped(_:)``.
  public static func mapped(
    _ path: FilePath, asIn dataSet: DataSetKind?
  ) throws(DataSetError) -> RecordingContents {
    if dataSet == .cifar10DVS {
      let file: MappedFile
      do throws(FileError) { file = try MappedFile(path) } catch { throw DataSetError(error) }
      let kind = try file.withBytes { bytes throws(DataSetError) in FileKind(of: bytes) }
      if kind == .aedat(version: "2.0") { return .mapped(file, as: AEDAT2Format.cifar10DVS) }
    }
    return try mapped(path)
  }
}
