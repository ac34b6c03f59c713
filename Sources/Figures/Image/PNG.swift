internal import CPNG

extension Raster {
  /// The most pixels of a PNG that this program makes: all of them are in memory at a time.
  package static let maximumPixelCount = 1 << 28

  /// The picture as a PNG file, with a palette where 256 colours are enough.
  ///
  /// - Throws: ``FiguresError`` when libpng fails, for lack of memory.
  package func png() throws(FiguresError) -> [UInt8] {
    if let palette = Palette(of: self), let numbers = palette.numbers(of: self) {
      return try encode(numbers, palette.colours.flatMap { [$0.red, $0.green, $0.blue] })
    }
    return try encode(pixels.flatMap { [$0.red, $0.green, $0.blue] }, nil)
  }

  /// Encodes pixels: three bytes each, or one that is a number in the palette, which has three
  /// bytes a colour.
  private func encode(
    _ bytes: [UInt8], _ palette: [UInt8]?
  ) throws(FiguresError) -> [UInt8] {
    let colourCount = UInt32((palette?.count ?? 0) / 3)
    let bound = CPNG_size_bound(UInt32(width), UInt32(height), colourCount)
    var result = [UInt8](repeating: 0, count: bound)
    var byteCount = bound
    var message = [CChar](repeating: 0, count: 64)
    // Safe: the library reads width · height pixels and the palette, and writes at most `byteCount`
    // bytes; it keeps no pointer, and frees what it took before it returns.
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
