import Figures
import Testing

@Suite("Frames in a terminal")
struct TerminalPictureTests {
  private static let frame = CountFrame(
    width: 2, height: 3,
    counts: [
      0, 5, 5, 0, 1, 0,  // OFF
      5, 0, 5, 0, 0, 0,  // ON
    ])

  @Test(
    "have two cells per character in the documented colours, which are reset at the end of a line"
  )
  func full() {
    let lines = Self.frame.terminalLines(scale: 5, colours: .dark, .full)
    let escape = "\u{1B}["
    #expect(
      lines == [
        "\(escape)38;2;255;160;40m\(escape)48;2;255;255;255m▀"
          + "\(escape)38;2;60;140;255m\(escape)48;2;18;18;24m▀\(escape)0m",
        "\(escape)38;2;\(code(off: 1))m▀\(escape)38;2;18;18;24m▀\(escape)0m",
      ])
  }

  private func code(off: Int) -> String {
    let colour = EventColours.dark.colour(off: off, on: 0, scale: 5)
    return "\(colour.red);\(colour.green);\(colour.blue)"
  }

  @Test(
    "with 256 colours use 16 to 255, and different ones for OFF and ON at every count"
  )
  func indexed() {
    for colours in [EventColours.dark, .light] {
      var codes: [[Substring]] = []
      for count in 1...14 {
        let frame = CountFrame(
          width: 3, height: 1,
          counts: [UInt16(count), 0, UInt16(count), 0, UInt16(count), UInt16(count)])
        let line = frame.terminalLines(scale: 14, colours: colours, .indexed)[0]
        let found = line.split(separator: "38;5;").dropFirst().map { $0.prefix { $0 != "m" } }
        #expect(found.count == 3 && Set(found).count == 3)
        #expect(found.allSatisfy { (16...255).contains(Int($0) ?? 0) })
        codes.append(found)
      }
      #expect(Set(codes.map { $0[0] }).isDisjoint(with: codes.map { $0[1] }))
      #expect(Set(codes.map { $0[0] }).count == 5)
    }
  }

  @Test("omit counts of less than a level, whose brightness would only be rounded up")
  func noise() {
    let frame = CountFrame(width: 2, height: 1, counts: [0, 3, 40, 2])
    #expect(EventColours.levelStep(scale: 40) == 3)
    #expect(frame.omittingCounts(below: 3).counts == [0, 3, 40, 0])
    for scale in 1...100 {
      let step = EventColours.levelStep(scale: scale)
      #expect(14 * step >= scale && 14 * (step - 1) < scale)
    }
  }

  @Test("are distinguishable without colours, too")
  func plain() {
    let frame = CountFrame(
      width: 7, height: 1, counts: [0, 1, 8, 0, 0, 1, 8, 0, 0, 0, 1, 8, 1, 8])
    #expect(frame.plainLines(scale: 8) == [" -=+#*@"])
    #expect(frame.plainLines(scale: 1) == [" --++**"])
  }
}
