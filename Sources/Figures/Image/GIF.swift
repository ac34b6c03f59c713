internal import CGIF

/// Encodes an animation that repeats endlessly as a GIF file.
package struct GIFAnimation: Sendable {
  /// The width of each picture in pixels.
  package let width: Int
  /// The height of each picture in pixels.
  package let height: Int
  /// The colours of all pictures: 1 to 256, without duplicates.
  package let palette: [Colour]

  /// The maximum number of columns and of rows of a GIF.
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
  ///   - pictureCount: The number of pictures; at least 1.
  ///   - picture: Returns a picture, given its index, and how long it is shown, in hundredths of a
  ///     second, 0…65 535.
  /// - Throws: ``FiguresError`` if a picture contains a colour that the palette lacks, or giflib
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
      guard let indices = colours.indices(of: raster) else {
        throw FiguresError(.missingColour, "picture \(number) has a colour that the palette lacks")
      }
      try file.append(indices, width: width, height: height, centiseconds: centiseconds)
    }
    try file.end()
    return output.bytes
  }
}

/// The bytes that giflib has written.
private final class GIFOutput {
  var bytes: [UInt8] = []
}

/// A GIF file that giflib writes to a ``GIFOutput``.
@safe private final class GIFFile {
  private var file: UnsafeMutablePointer<GifFileType>?
  // Kept alive here, since giflib has only an unowned pointer to it.
  private let output: GIFOutput

  init(_ output: GIFOutput) throws(FiguresError) {
    self.output = output
    var code: Int32 = 0
    // Safe: the output outlives the file, and giflib calls the function with this file only.
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
    // Safe: opened in `init` and closed once; the file is not used after that.
    if unsafe file != nil { _ = unsafe EGifCloseFile(file, nil) }
  }

  /// Writes the header: size, palette and endless repetition.
  func begin(width: Int, height: Int, _ colours: [Colour]) throws(FiguresError) {
    // The size of a GIF's palette is a power of two, at least 2.
    var entries = colours.map { GifColorType(Red: $0.red, Green: $0.green, Blue: $0.blue) }
    while entries.count < 2 || entries.count & (entries.count - 1) != 0 {
      entries.append(GifColorType(Red: 0, Green: 0, Blue: 0))
    }
    // Safe: the map copies the entries, giflib copies the map, and then the map is freed.
    guard let map = unsafe GifMakeMapObject(Int32(entries.count), entries) else {
      throw FiguresError(.library, "giflib: out of memory")
    }
    defer { unsafe GifFreeMapObject(map) }
    try check(unsafe EGifPutScreenDesc(file, Int32(width), Int32(height), 8, 0, map))
    // Source: Netscape's application extension; 0 repetitions mean endless repetition.
    try check(unsafe EGifPutExtensionLeader(file, APPLICATION_EXT_FUNC_CODE))
    try check(unsafe EGifPutExtensionBlock(file, 11, Array("NETSCAPE2.0".utf8)))
    try check(unsafe EGifPutExtensionBlock(file, 3, [1, 0, 0] as [UInt8]))
    try check(unsafe EGifPutExtensionTrailer(file))
  }

  /// Writes a picture, given its palette indices, `[height, width]`.
  func append(
    _ indices: [UInt8], width: Int, height: Int, centiseconds: Int
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
    var rows = indices
    for row in 0..<height {
      // Safe: the call reads, and may change, `width` bytes, the length of the row.
      let result = unsafe rows.withUnsafeMutableBufferPointer { buffer in
        unsafe EGifPutLine(file, buffer.baseAddress.map { unsafe $0 + row * width }, Int32(width))
      }
      try check(result)
    }
  }

  /// Writes the trailer and closes the file.
  func end() throws(FiguresError) {
    var code: Int32 = 0
    // Safe: giflib frees the file even if it fails; the file is not used after that.
    let result = unsafe EGifCloseFile(file, &code)
    unsafe file = nil
    guard result == GIF_OK else { throw Self.failure(code) }
  }

  private func check(_ result: Int32) throws(FiguresError) {
    guard result == GIF_OK else { throw Self.failure(unsafe file?.pointee.Error ?? 0) }
  }

  private static func failure(_ code: Int32) -> FiguresError {
    // Safe: giflib returns a static, zero-terminated text, or null.
    let text = unsafe GifErrorString(code).map { unsafe String(cString: $0) }
    return FiguresError(.library, "giflib: \(text ?? "error \(code)")")
  }
}
