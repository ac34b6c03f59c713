internal import AEDAT
public import EventData
internal import FileAccess
public import SystemPackage

extension RecordingContents {
  /// Maps a recording and detects its format: AEDAT by its magic text, else ATIS for `.bin`.
  ///
  /// Other files are treated as AEDAT 3.1, whose reader then reports the missing header.
  ///
  /// - Throws: ``DataSetError`` when it cannot be opened or read.
  public static func mapped(_ path: FilePath) throws(DataSetError) -> RecordingContents {
    do throws(FileError) {
      let file = try MappedFile(path)
      let isAEDAT = try file.withBytes { bytes throws(FileError) in AEDATFormat.isMarked(bytes) }
      let isATIS = !isAEDAT && path.extension?.lowercased() == "bin"
      return .mapped(file, as: isATIS ? ATISFormat() : AEDATFormat())
    } catch {
      throw DataSetError(error)
    }
  }
}
