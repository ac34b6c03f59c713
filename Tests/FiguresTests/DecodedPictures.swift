import CGIF
import CPNG
import Figures
import Testing

/// Decodes a PNG file with libpng.
func decodedPNG(_ bytes: [UInt8]) throws -> Raster {
  var image = unsafe png_image()
  unsafe image.version = png_uint_32(PNG_IMAGE_VERSION)
  // Safe: the bytes outlive the calls; there is room for width · height pixels of three bytes.
  return try unsafe bytes.withUnsafeBytes { file in
    try #require(
      unsafe png_image_begin_read_from_memory(&image, file.baseAddress, file.count) != 0)
    unsafe image.format = png_uint_32(PNG_FORMAT_FLAG_COLOR)
    let (width, height) = unsafe (Int(image.width), Int(image.height))
    var pixels = [UInt8](repeating: 0, count: width * height * 3)
    try #require(unsafe png_image_finish_read(&image, nil, &pixels, 0, nil) != 0)
    var raster = Raster(width: width, height: height, filledWith: Colour(0, 0, 0))
    for y in 0..<height {
      for x in 0..<width {
        let offset = (y * width + x) * 3
        raster[x, y] = Colour(pixels[offset], pixels[offset + 1], pixels[offset + 2])
      }
    }
    return raster
  }
}

/// A GIF file decoded with giflib.
struct DecodedGIF {
  var rasters: [Raster] = []
  var centiseconds: [Int] = []
  var isRepeated = false

  init(_ bytes: [UInt8]) throws {
    let input = Input(bytes)
    // Safe: the input outlives the file; giflib passes the buffer's size.
    let opened = unsafe DGifOpen(
      Unmanaged.passUnretained(input).toOpaque(),
      { file, buffer, count in
        guard let file = unsafe file, let data = unsafe file.pointee.UserData else { return 0 }
        let input = unsafe Unmanaged<Input>.fromOpaque(data).takeUnretainedValue()
        let part = input.bytes.prefix(Int(count))
        input.bytes = input.bytes.dropFirst(part.count)
        for (index, byte) in part.enumerated() { unsafe buffer?[index] = byte }
        return Int32(part.count)
      }, nil)
    guard let file = unsafe opened else { throw UnreadableGIF() }
    defer { _ = unsafe DGifCloseFile(file, nil) }
    try #require(unsafe DGifSlurp(file) == GIF_OK)
    let (width, height) = unsafe (Int(file.pointee.SWidth), Int(file.pointee.SHeight))
    for number in 0..<(unsafe Int(file.pointee.ImageCount)) {
      // Safe: giflib has `ImageCount` pictures, each of width · height palette indices.
      let image = unsafe file.pointee.SavedImages[number]
      guard let map = unsafe file.pointee.SColorMap else { throw UnreadableGIF() }
      try #require(unsafe Int(image.ImageDesc.Width) == width)
      try #require(unsafe Int(image.ImageDesc.Height) == height)
      var raster = Raster(width: width, height: height, filledWith: Colour(0, 0, 0))
      for y in 0..<height {
        for x in 0..<width {
          let colour = unsafe map.pointee.Colors[Int(image.RasterBits[y * width + x])]
          raster[x, y] = Colour(colour.Red, colour.Green, colour.Blue)
        }
      }
      rasters.append(raster)
      var control = GraphicsControlBlock()
      try #require(unsafe DGifSavedExtensionToGCB(file, Int32(number), &control) == GIF_OK)
      centiseconds.append(Int(control.DelayTime))
      for index in 0..<(unsafe Int(image.ExtensionBlockCount)) {
        let block = unsafe image.ExtensionBlocks[index]
        let content = unsafe UnsafeBufferPointer(start: block.Bytes, count: Int(block.ByteCount))
        if unsafe Array(content) == Array("NETSCAPE2.0".utf8) { isRepeated = true }
      }
    }
  }

  private final class Input {
    var bytes: ArraySlice<UInt8>
    init(_ bytes: [UInt8]) { self.bytes = bytes[...] }
  }
}

private struct UnreadableGIF: Error {}
