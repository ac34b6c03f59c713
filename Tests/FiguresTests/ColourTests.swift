import Figures
import Testing

@Suite("Colours of counts")
struct ColourTests {
  @Test("are those that the document lists")
  func documented() {
    let dark = EventColours.dark
    #expect(dark.colour(off: 0, on: 0, scale: 5) == Colour(18, 18, 24))
    #expect(dark.colour(off: 0, on: 5, scale: 5) == Colour(255, 160, 40))
    #expect(dark.colour(off: 9, on: 0, scale: 5) == Colour(60, 140, 255))
    #expect(dark.colour(off: 5, on: 5, scale: 5) == Colour(255, 255, 255))
    #expect(dark.colour(off: 0, on: 1, scale: 5) == Colour(122, 80, 31))
    #expect(dark.colour(off: 2, on: 1, scale: 5) == Colour(147, 153, 168))
    let light = EventColours.light
    #expect(light.colour(off: 0, on: 0, scale: 1) == Colour(255, 255, 255))
    #expect(light.colour(off: 1, on: 1, scale: 1) == Colour(0, 0, 0))
  }

  @Test(
    "differ for all levels of one polarity, and blue distinguishes the polarities",
    arguments: [EventColours.dark, .light])
  func distinct(colours: EventColours) {
    let levels = 0..<EventColours.levelCount
    #expect(Set(levels.map { colours.colour(offLevel: 0, onLevel: $0) }).count == levels.count)
    #expect(Set(levels.map { colours.colour(offLevel: $0, onLevel: 0) }).count == levels.count)
    for level in levels.dropFirst() {
      let on = colours.colour(offLevel: 0, onLevel: level)
      let off = colours.colour(offLevel: level, onLevel: 0)
      // Blue distinguishes the polarities, with every kind of colour blindness.
      #expect(off.blue > on.blue)
    }
  }

  @Test("fit in a palette", arguments: [EventColours.dark, .light])
  func palette(colours: EventColours) {
    #expect(Set(colours.palette).count == colours.palette.count)
    #expect(colours.palette.count <= 228)
    #expect(Set(colours.levelColours).isSubset(of: colours.palette))
    #expect(colours.levelColours.count == 225)
    #expect(colours.levelColours[15 * 3 + 7] == colours.colour(offLevel: 3, onLevel: 7))
  }

  @Test("have level 1 or more from one event on, and level 14 from the scale on")
  func levels() {
    for scale in [1, 2, 3, 5, 13, 14, 15, 100, 65_535] {
      #expect(EventColours.level(of: 0, scale: scale) == 0)
      #expect(EventColours.level(of: scale, scale: scale) == 14)
      #expect(EventColours.level(of: 65_535, scale: scale) == 14)
      var last = 0
      for count in 1...scale {
        let level = EventColours.level(of: count, scale: scale)
        #expect(level >= max(1, last))
        #expect(level * scale >= 14 * count && (level - 1) * scale < 14 * count)
        last = level
      }
    }
  }

  @Test("have the 99th percentile of nonzero counts as scale")
  func scale() {
    #expect(EventColours.scale(suiting: [] as [UInt16]) == 1)
    #expect(EventColours.scale(suiting: [0, 0, 0] as [UInt16]) == 1)
    #expect(EventColours.scale(suiting: [0, 7, 65_535] as [UInt16]) == 65_535)
    let ones = [UInt16](repeating: 1, count: 99)
    #expect(EventColours.scale(suiting: ones + [200]) == 1)
    #expect(EventColours.scale(suiting: ones + [200, 200]) == 200)
    #expect(EventColours.scale(suiting: ones + [200] + [UInt16](repeating: 0, count: 500)) == 1)
  }

  @Test("are written as in CSS")
  func hexadecimal() {
    #expect(Colour(255, 160, 4).hexadecimal == "#ffa004")
    #expect(Colour(0, 0, 0).hexadecimal == "#000000")
  }
}
