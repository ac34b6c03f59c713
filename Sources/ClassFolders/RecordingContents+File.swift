internal import AEDAT
public import EventData
internal import FileAccess
internal import RecordingFormats
public import SystemPackage

extension RecordingContents {
  /// Maps a recording and detects its format by its content; one without any mark is of an ATIS if
  /// its name ends in `.bin`.
  ///
  /// Other files are treated as AEDAT 3.1, whose reader then reports what they are.
  ///
  /// - Throws: ``EventData/DataSetError`` when it cannot be opened or read, or is a recording that
  ///   cannot be read.
  public static func mapped(_ path: FilePath) throws(DataSetError) -> RecordingContents {
    let file: MappedFile
    do throws(FileError) { file = try MappedFile(path) } catch { throw DataSetError(error) }
    let (detected, kind) = try file.withBytes { bytes throws(DataSetError) in
      (try recordingFormat(of: bytes, path), FileKind(of: bytes))
    }
    if let detected { return .mapped(file, as: detected) }
    switch path.extension?.lowercased() {
    case "bin": return .mapped(file, as: ATISFormat())
    case "raw":
      throw DataSetError(
        path, .byte(0),
        "header lines such as '% evt 3.0' expected, \(kind) found: if it is a camera's stream "
          + "without them, put them in front: { printf '%% evt 3.0\\n%% end\\n'; cat old.raw; } "
          + "> new.raw")
    default: return .mapped(file, as: AEDATFormat())
    }
  }
}
