import Figures
import FileAccess
import ToolSupport

extension OutputFile {
  /// Draws a picture and writes it; an error of drawing is thrown with the file's path.
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
