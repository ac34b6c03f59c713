import Figures
import FileAccess
import ToolSupport

extension OutputFiles {
  /// Draws a picture and writes it; an error of drawing is thrown with the file's path.
  ///
  /// - Throws: ``FileAccess/FileError``.
  func add(
    _ picture: () throws(FiguresError) -> [UInt8], as output: OutputFile
  ) throws(FileError) {
    let bytes: [UInt8]
    do throws(FiguresError) { bytes = try picture() } catch {
      throw FileError(output.path, error.detail, cause: error)
    }
    try add(bytes, as: output)
  }
}
