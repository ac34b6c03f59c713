/// Numbers for colours.
struct Palette {
  /// The colours, each at its number.
  let colours: [Colour]
  private let numbers: [Colour: UInt8]

  /// The most colours that PNG and GIF have in a palette.
  static let maximumCount = 256

  /// Takes colours, each once.
  init(_ colours: [Colour]) {
    precondition(
      (1...Self.maximumCount).contains(colours.count), "a palette of \(colours.count) colours")
    self.colours = colours
    numbers = Dictionary(
      uniqueKeysWithValues: colours.enumerated().map { ($1, UInt8($0)) })
  }

  /// The colours of a picture in the order in which they come; `nil` where they are too many.
  init?(of raster: Raster) {
    var colours: [Colour] = []
    var seen: Set<Colour> = []
    var last: Colour?
    for colour in raster.pixels where colour != last {
      last = colour
      if seen.insert(colour).inserted { colours.append(colour) }
      if colours.count > Self.maximumCount { return nil }
    }
    self.init(colours)
  }

  /// Each pixel's number, `[height, width]`; `nil` where the palette lacks a colour.
  func numbers(of raster: Raster) -> [UInt8]? {
    var result: [UInt8] = []
    result.reserveCapacity(raster.pixels.count)
    var last: (colour: Colour, number: UInt8)?
    for colour in raster.pixels {
      if let last, last.colour == colour {
        result.append(last.number)
      } else {
        guard let number = numbers[colour] else { return nil }
        last = (colour, number)
        result.append(number)
      }
    }
    return result
  }
}
