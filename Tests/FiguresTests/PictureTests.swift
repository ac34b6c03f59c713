import Figures
import Testing

@Suite("Pictures")
struct PictureTests {
  /// A frame of all pairs of counts from 0 to 15: the OFF count is the column, the ON count the
  /// row.
  private static let pairs = CountFrame(
    width: 16, height: 16,
    counts: ((0..<256).map { UInt16($0 % 16) } + (0..<256).map { UInt16($0 / 16) })[...])

  private static func raster(zoom: Int, colours: EventColours = .dark) -> Raster {
    var raster = Raster(
      width: 16 * zoom + 3, height: 16 * zoom + 2, filledWith: colours.page)
    raster.draw(pairs, x: 1, y: 2, zoom: zoom, colours: colours, scale: 12)
    return raster
  }

  @Test("show each cell as a square in the colour of its counts", arguments: [1, 2, 5])
  func cells(zoom: Int) {
    let raster = Self.raster(zoom: zoom)
    for y in 0..<raster.height {
      for x in 0..<raster.width {
        let isInside = (1...(16 * zoom)).contains(x) && y >= 2
        let expected =
          isInside
          ? EventColours.dark.colour(off: (x - 1) / zoom, on: (y - 2) / zoom, scale: 12)
          : EventColours.dark.page
        #expect(raster[x, y] == expected)
      }
    }
  }

  @Test("survive a PNG round trip, with a palette or with too many colours for one")
  func png() throws {
    let few = Self.raster(zoom: 2)
    #expect(try decodedPNG(few.png()) == few)
    var many = Raster(width: 40, height: 30, filledWith: Colour(0, 0, 0))
    for y in 0..<30 { for x in 0..<40 { many[x, y] = Colour(UInt8(x), UInt8(y), 200) } }
    #expect(try decodedPNG(many.png()) == many)
    for count in [1, 2, 255, 256, 257] {
      var raster = Raster(width: 300, height: 1, filledWith: Colour(0, 0, 0))
      for x in 1..<count { raster[x, 0] = Colour(UInt8(x & 255), UInt8(x >> 8), 0) }
      #expect(try decodedPNG(raster.png()) == raster)
    }
    let one = Raster(width: 1, height: 1, filledWith: Colour(1, 2, 3))
    #expect(try decodedPNG(one.png()) == one)
  }

  @Test("survive a GIF round trip, in order and with their durations, and repeat")
  func gif() throws {
    let first = Self.raster(zoom: 1)
    var second = first
    second.draw("Ag", x: 0, y: 0, colour: EventColours.dark.text)
    let animation = try GIFAnimation(
      width: first.width, height: first.height, palette: EventColours.dark.palette)
    let bytes = try animation.encoded(pictureCount: 3) { number in
      (number == 1 ? second : first, [7, 40, 65_535][number])
    }
    let decoded = try DecodedGIF(bytes)
    #expect(decoded.rasters == [first, second, first])
    #expect(decoded.centiseconds == [7, 40, 65_535])
    #expect(decoded.isRepeated)
    for count in [1, 2, 3, 255, 256] {
      let palette = (0..<count).map { Colour(UInt8($0), 9, 9) }
      var raster = Raster(width: count, height: 1, filledWith: Colour(0, 9, 9))
      for x in 0..<count { raster[x, 0] = palette[x] }
      let small = try GIFAnimation(width: count, height: 1, palette: palette)
      let bytes = try small.encoded(pictureCount: 1) { _ in (raster, 0) }
      #expect(try DecodedGIF(bytes).rasters == [raster])
    }
  }

  @Test("that do not fit in a GIF are rejected")
  func rejected() throws {
    #expect(throws: FiguresError.self) {
      try GIFAnimation(width: 65_536, height: 1, palette: [Colour(0, 0, 0)])
    }
    let animation = try GIFAnimation(width: 2, height: 1, palette: [Colour(0, 0, 0)])
    let stranger = Raster(width: 2, height: 1, filledWith: Colour(0, 0, 1))
    let error = #expect(throws: FiguresError.self) {
      try animation.encoded(pictureCount: 1) { _ in (stranger, 1) }
    }
    #expect(error?.code == .missingColour)
  }

  @Test("clip drawing at their borders")
  func clipped() {
    var raster = Raster(width: 9, height: 9, filledWith: Colour(1, 1, 1))
    raster.fill(x: -5..<1, y: 8..<50, with: Colour(9, 9, 9))
    raster.draw(Self.pairs, x: 5, y: -12, zoom: 3, colours: .dark, scale: 3)
    raster.draw("WWW", x: -4, y: 7, zoom: 2, colour: Colour(2, 2, 2))
    #expect(raster[0, 8] != Colour(1, 1, 1))
    #expect(raster[5, 0] == EventColours.dark.colour(off: 0, on: 4, scale: 3))
    #expect(raster[4, 0] == Colour(1, 1, 1))
  }

  @Test("draw the letters of the font from left to right")
  func text() {
    var raster = Raster(width: 16, height: 8, filledWith: Colour(0, 0, 0))
    raster.draw("L7", x: 0, y: 0, colour: Colour(1, 1, 1))
    let rows = (0..<8).map { y in
      String((0..<16).map { raster[$0, y] == Colour(0, 0, 0) ? "." : "#" })
    }
    #expect(rows[0].hasPrefix("##......") && rows[7] == "................")
    #expect(rows[6].hasPrefix("#######."))
    #expect(rows[0].dropFirst(8).hasPrefix("#######"))
    var other = Raster(width: 16, height: 8, filledWith: Colour(0, 0, 0))
    other.draw("é\u{1}", x: 0, y: 0, colour: Colour(1, 1, 1))
    var marks = Raster(width: 16, height: 8, filledWith: Colour(0, 0, 0))
    marks.draw("??", x: 0, y: 0, colour: Colour(1, 1, 1))
    #expect(other == marks)
  }

  @Test(
    "of reduced frames sum blocks, also partial ones at the border, and saturate at 65 535")
  func reduced() {
    let frame = CountFrame(
      width: 3, height: 2, counts: [1, 2, 3, 4, 5, 6, 65_535, 1, 0, 0, 0, 7])
    let half = frame.reduced(columns: 2, rows: 2)
    #expect(half == CountFrame(width: 2, height: 1, counts: [12, 9, 65_535, 7]))
    #expect(frame.reduced(columns: 1, rows: 1) == frame)
    #expect(frame.reduced(columns: 9, rows: 9).counts == [21, 65_535])
    #expect(frame.offCount == 21 && frame.onCount == 65_543)
    #expect(frame.on(x: 2, y: 1) == 7 && frame.off(x: 0, y: 1) == 4)
  }

  @Test(
    "become base64 as in RFC 4648, section 10",
    arguments: [
      ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
      ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
    ])
  func base64Text(plain: String, encoded: String) {
    #expect(base64(Array(plain.utf8)) == encoded)
    #expect(base64([0xFF, 0xEF, 0xBE]) == "/+++")
  }
}
