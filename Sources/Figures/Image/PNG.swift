internal import CPNG

extension Raster {
  /// The maximum number of pixels of a picture; all of them are in memory at once.
  package static let maximumPixelCount = 1 << 28

  /// Encodes the picture as a PNG file, with a palette if it has at most 256 colours.
  ///
  /// - Throws: ``FiguresError`` if libpng fails for lack of memory.
  package func png() throws(FiguresError) -> [UInt8] {
    if let palette = Palette(of: self), let indices = palette.indices(of: self) {
      return try encode(indices, palette.colours.flatMap { [$0.red, $0.green, $0.blue] })
    }
    return try encode(pixels.flatMap { [$0.red, $0.green, $0.blue] }, nil)
  }

  /// Encodes pixels of three bytes (red, green, blue), or of one byte, an index of a palette, which
  /// has three bytes per colour.
  private func encode(
    _ bytes: [UInt8], _ palette: [UInt8]?
  ) throws(FiguresError) -> [UInt8] {
    let colourCount = UInt32((palette?.count ?? 0) / 3)
    let bound = CPNG_size_bound(UInt32(width), UInt32(height), colourCount)
    var result = [UInt8](repeating: 0, count: bound)
    var byteCount = bound
    var message = [CChar](repeating: 0, count: 64)
    // Safe: the library reads width · height pixels and the palette, and writes at most `byteCount`
    // bytes; it keeps no pointer, and frees its own memory before it returns.
    let succeeded = unsafe CPNG_encode(
      UInt32(width), UInt32(height), bytes, palette, colourCount, &result, &byteCount, &message)
    guard succeeded != 0 else {
      let text = message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
      throw FiguresError(.library, "libpng: \(String(decoding: text, as: UTF8.self))")
    }
    result.removeSubrange(byteCount...)
    return result
  }
}
