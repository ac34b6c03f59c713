internal import CGIF

/// An animation that repeats for ever, as a GIF file.
package struct GIFAnimation: Sendable {
  /// Columns of each picture.
  package let width: Int
  /// Rows of each picture.
  package let height: Int
  /// The colours of all pictures, 1 to 256, each once.
  package let palette: [Colour]

  /// The most columns or rows of a GIF.
  package static let maximumSide = 65_535

  /// Describes the animation's pictures.
  ///
  /// - Throws: ``FiguresError`` with code `tooLarge`.
  package init(width: Int, height: Int, palette: [Colour]) throws(FiguresError) {
    guard (1...Self.maximumSide).contains(width), (1...Self.maximumSide).contains(height) else {
      throw FiguresError(
        .tooLarge,
        "a GIF has at most \(Self.maximumSide) columns and rows, not \(width) by \(height)")
    }
    self.width = width
    self.height = height
    self.palette = palette
  }

  /// Encodes the animation.
  ///
  /// - Parameters:
  ///   - pictureCount: How many pictures there are; at least 1.
  ///   - picture: Gives each picture, and for how many hundredths of a second it is shown, up to
  ///     65 535.
  /// - Throws: ``FiguresError`` when a picture has a colour that the palette lacks, or giflib
  ///   fails.
  package func encoded(
    pictureCount: Int,
    _ picture: (Int) throws(FiguresError) -> (raster: Raster, centiseconds: Int)
  ) throws(FiguresError) -> [UInt8] {
    precondition(pictureCount >= 1, "\(pictureCount) pictures")
    let colours = Palette(palette)
    let output = GIFOutput()
    let file = try GIFFile(output)
    try file.begin(width: width, height: height, colours.colours)
    for number in 0..<pictureCount {
      let (raster, centiseconds) = try picture(number)
      precondition(
        raster.width == width && raster.height == height,
        "a picture of \(raster.width) by \(raster.height) in a GIF of \(width) by \(height)")
      guard let numbers = colours.numbers(of: raster) else {
        throw FiguresError(.missingColour, "picture \(number) has a colour that the palette lacks")
      }
      try file.append(numbers, width: width, height: height, centiseconds: centiseconds)
    }
    try file.end()
    return output.bytes
  }
}

/// Where giflib writes to.
private final class GIFOutput {
  var bytes: [UInt8] = []
}

/// A GIF file that giflib writes.
@safe private final class GIFFile {
  private var file: UnsafeMutablePointer<GifFileType>?
  // giflib has a pointer to it.
  private let output: GIFOutput

  init(_ output: GIFOutput) throws(FiguresError) {
    self.output = output
    var code: Int32 = 0
    // Safe: the object outlives the file, and the function is called with the file that it was
    // given for.
    unsafe file = unsafe EGifOpen(
      Unmanaged.passUnretained(output).toOpaque(),
      { file, bytes, count in
        guard let file = unsafe file, let data = unsafe file.pointee.UserData else { return 0 }
        let output = unsafe Unmanaged<GIFOutput>.fromOpaque(data).takeUnretainedValue()
        unsafe output.bytes.append(
          contentsOf: UnsafeBufferPointer(start: bytes, count: Int(count)))
        return count
      }, &code)
    guard unsafe file != nil else { throw Self.failure(code) }
    unsafe EGifSetGifVersion(file, true)
  }

  deinit {
    // Safe: opened in `init`, and closed once; nothing is done with the file after that.
    if unsafe file != nil { _ = unsafe EGifCloseFile(file, nil) }
  }

  /// Writes the size, the palette, and that the animation repeats.
  func begin(width: Int, height: Int, _ colours: [Colour]) throws(FiguresError) {
    // A palette has a power of two of colours, 2 at least.
    var entries = colours.map { GifColorType(Red: $0.red, Green: $0.green, Blue: $0.blue) }
    while entries.count < 2 || entries.count & (entries.count - 1) != 0 {
      entries.append(GifColorType(Red: 0, Green: 0, Blue: 0))
    }
    // Safe: the map copies the entries, and the library copies the map; it is freed after that.
    guard let map = unsafe GifMakeMapObject(Int32(entries.count), entries) else {
      throw FiguresError(.library, "giflib: out of memory")
    }
    defer { unsafe GifFreeMapObject(map) }
    try check(unsafe EGifPutScreenDesc(file, Int32(width), Int32(height), 8, 0, map))
    // Source: Netscape's application extension; 0 stands for any number of repetitions.
    try check(unsafe EGifPutExtensionLeader(file, APPLICATION_EXT_FUNC_CODE))
    try check(unsafe EGifPutExtensionBlock(file, 11, Array("NETSCAPE2.0".utf8)))
    try check(unsafe EGifPutExtensionBlock(file, 3, [1, 0, 0] as [UInt8]))
    try check(unsafe EGifPutExtensionTrailer(file))
  }

  /// Writes a picture, numbers of colours `[height, width]`.
  func append(
    _ numbers: [UInt8], width: Int, height: Int, centiseconds: Int
  ) throws(FiguresError) {
    precondition((0...65_535).contains(centiseconds), "\(centiseconds) hundredths of a second")
    var control = GraphicsControlBlock(
      DisposalMode: DISPOSE_DO_NOT, UserInputFlag: false, DelayTime: Int32(centiseconds),
      TransparentColor: NO_TRANSPARENT_COLOR)
    var bytes = [UInt8](repeating: 0, count: 4)
    // Safe: the call writes four bytes.
    let count = unsafe EGifGCBToExtension(&control, &bytes)
    try check(unsafe EGifPutExtension(file, GRAPHICS_EXT_FUNC_CODE, Int32(count), bytes))
    try check(unsafe EGifPutImageDesc(file, 0, 0, Int32(width), Int32(height), false, nil))
    var rows = numbers
    for row in 0..<height {
      // Safe: the call reads, and may change, `width` numbers of the row, which has as many.
      let result = unsafe rows.withUnsafeMutableBufferPointer { buffer in
        unsafe EGifPutLine(file, buffer.baseAddress.map { unsafe $0 + row * width }, Int32(width))
      }
      try check(result)
    }
  }

  /// Writes the end.
  func end() throws(FiguresError) {
    var code: Int32 = 0
    // Safe: the library frees the file, whatever it returns; nothing is done with it after that.
    let result = unsafe EGifCloseFile(file, &code)
    unsafe file = nil
    guard result == GIF_OK else { throw Self.failure(code) }
  }

  private func check(_ result: Int32) throws(FiguresError) {
    guard result == GIF_OK else { throw Self.failure(unsafe file?.pointee.Error ?? 0) }
  }

  private static func failure(_ code: Int32) -> FiguresError {
    // Safe: the library gives a text of its own that ends with a zero, or nothing.
    let text = unsafe GifErrorString(code).map { unsafe String(cString: $0) }
    return FiguresError(.library, "giflib: \(text ?? "error \(code)")")
  }
}
