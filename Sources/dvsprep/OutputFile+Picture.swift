import Figures
import FileAccess
import ToolSupport

extension OutputFile {
  /// Makes a picture and writes it; that it cannot be made is told with the file's name.
  ///
  /// - Throws: ``FileAccess/FileError``.
  func make(_ picture: () throws(FiguresError) -> [UInt8]) throws(FileError) {
    let bytes: [UInt8]
    do throws(FiguresError) { bytes = try picture() } catch {
      throw FileError(path, error.detail, cause: error)
    }
    try write(bytes)
  }
}
