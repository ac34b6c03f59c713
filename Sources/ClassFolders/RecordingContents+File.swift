internal import AEDAT
public import EventData
internal import FileAccess
public import SystemPackage

extension RecordingContents {
  /// A file, mapped, in the format that its bytes name; where they name none, a `.bin` is
  /// N-MNIST's, and all else should have been AEDAT 3.1.
  ///
  /// - Throws: ``DataSetError`` where it cannot be opened or read.
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
