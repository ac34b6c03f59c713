internal import ArgumentParser
internal import SystemPackage

/// The name of a picture file that a command is to write.
package enum PictureName {
  /// The extensions of picture formats, by which viewers choose how to read a file.
  private static let formats: Set = [
    "png", "gif", "jpg", "jpeg", "svg", "webp", "tif", "tiff", "bmp", "pdf", "html",
  ]

  /// Refuses a name that promises another format than the file would have.
  ///
  /// - Parameters:
  ///   - name: The name; `nil` if the option was not given.
  ///   - format: The extension of the format that is written, in small letters.
  ///   - option: The option, as in `--png`.
  /// - Throws: `ValidationError`.
  package static func check(_ name: String?, is format: String, _ option: String) throws {
    guard let name, let found = FilePath(name).extension?.lowercased(), found != format,
      formats.contains(found)
    else { return }
    throw ValidationError("\(option): a name that ends in .\(format) expected, '\(name)' found")
  }
}
