import Figures
import Testing

@Suite("Sheets and animations")
struct SheetTests {
  /// Frames of 4 by 3 cells with different counts.
  private static func frames(_ count: Int) -> [CountFrame] {
    (0..<count).map { number in
      CountFrame(
        width: 4, height: 3,
        counts: (0..<24).map { UInt16(($0 * 7 + number * 5) % 11) }[...])
    }
  }

  private static func sheet(
    _ count: Int, zoom: Int, lines: [String] = ["0: 0-9\u{A0}ms", "OFF\u{A0}1 ON\u{A0}2"]
  ) throws -> (ContactSheet, [CountFrame]) {
    let frames = frames(count)
    return (
      try ContactSheet(
        frames.map { ContactSheet.Cell($0, lines: lines) }, title: ["A title of some words", "B"],
        zoom: zoom, scale: 6, colours: .dark), frames
    )
  }

  private static func expect(
    _ frame: CountFrame, at origin: (x: Int, y: Int), zoom: Int, in raster: Raster,
    _ comment: Comment
  ) {
    for y in 0..<(frame.height * zoom) {
      for x in 0..<(frame.width * zoom) {
        let expected = EventColours.dark.colour(
          off: frame.off(x: x / zoom, y: y / zoom), on: frame.on(x: x / zoom, y: y / zoom),
          scale: 6)
        if raster[origin.x + x, origin.y + y] != expected {
          Issue.record("(\(x), \(y)) has another colour: \(comment)")
          return
        }
      }
    }
  }

  @Test(
    "a sheet draws every frame at its origin, and frames touch neither each other nor the border",
    arguments: [(1, 1), (2, 3), (5, 2), (16, 1), (17, 4)])
  func frames(count: Int, zoom: Int) throws {
    let (sheet, frames) = try Self.sheet(count, zoom: zoom)
    let raster = sheet.raster()
    #expect(raster.width == sheet.width && raster.height == sheet.height)
    var taken: Set<[Int]> = []
    for number in 0..<count {
      let origin = sheet.origin(ofFrame: number)
      #expect(origin.x > 0 && origin.y > 0)
      #expect(origin.x + 4 * zoom < sheet.width && origin.y + 3 * zoom < sheet.height)
      Self.expect(frames[number], at: origin, zoom: zoom, in: raster, "frame \(number)")
      for y in -1...(3 * zoom) {
        for x in -1...(4 * zoom) {
          #expect(taken.insert([origin.x + x, origin.y + y]).inserted)
        }
      }
    }
    #expect(Set(raster.pixels).isSubset(of: EventColours.dark.palette))
  }

  @Test("a sheet that does not fit in memory is rejected before drawing")
  func tooLarge() {
    let frame = CountFrame(
      width: 128, height: 128, counts: [UInt16](repeating: 0, count: 32_768)[...])
    let cells = [ContactSheet.Cell](
      repeating: ContactSheet.Cell(frame, lines: []), count: 65_535)
    let error = #expect(throws: FiguresError.self) {
      try ContactSheet(cells, title: [], zoom: 16, scale: 1, colours: .dark)
    }
    #expect(error?.code == .tooLarge)
    #expect(error?.detail.hasPrefix("a sheet of 65535 frames at zoom 16 would have ") == true)
  }

  @Test(
    "frames of an animation are in the upper left corner, regardless of the captions",
    arguments: [1, 3])
  func animation(zoom: Int) throws {
    let frames = Self.frames(3)
    let captioned = CaptionedFrames(
      frames, captions: [["a"], ["a much too long line without", "b", "c"], []], zoom: zoom,
      scale: 6,
      colours: .dark)
    let decoded = try DecodedGIF(try captioned.gif(centiseconds: [2, 30, 400]))
    #expect(decoded.centiseconds == [2, 30, 400])
    #expect(decoded.isRepeated)
    for (number, raster) in decoded.rasters.enumerated() {
      #expect(raster == captioned.raster(number))
      Self.expect(frames[number], at: (0, 0), zoom: zoom, in: raster, "frame \(number)")
    }
  }
}
