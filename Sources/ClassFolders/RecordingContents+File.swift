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
  /// - Throws: ``DataSetError`` when it cannot be opened or read, or is a recording that cannot be
  ///   read.
  public static func mapped(_ path: FilePath) throws(DataSetError) -> RecordingContents {
    let file: MappedFile
    do throws(FileError) { file = try MappedFile(path) } catch { throw DataSetError(error) }
    let detected = try file.withBytes { bytes throws(DataSetError) in
      try recordingFormat(of: bytes, path)
    }
    let isATIS = path.extension?.lowercased() == "bin"
    return .mapped(file, as: detected ?? (isATIS ? ATISFormat() : AEDATFormat()))
  }
}
