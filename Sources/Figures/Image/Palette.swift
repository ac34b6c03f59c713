/// The palette of a picture: up to 256 colours and their indices.
struct Palette {
  /// The colours, by index.
  let colours: [Colour]
  private let indexByColour: [Colour: UInt8]

  /// The maximum number of colours in a palette of PNG and GIF.
  static let maximumCount = 256

  /// Creates a palette from colours without duplicates.
  init(_ colours: [Colour]) {
    precondition(
      (1...Self.maximumCount).contains(colours.count), "a palette of \(colours.count) colours")
    self.colours = colours
    indexByColour = Dictionary(
      uniqueKeysWithValues: colours.enumerated().map { ($1, UInt8($0)) })
  }

  /// The palette of a picture, in the order of first use; `nil` if there are too many colours.
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

  /// The palette index of each pixel, `[height, width]`; `nil` if the palette lacks a colour.
  func indices(of raster: Raster) -> [UInt8]? {
    var result: [UInt8] = []
    result.reserveCapacity(raster.pixels.count)
    var last: (colour: Colour, index: UInt8)?
    for colour in raster.pixels {
      if let last, last.colour == colour {
        result.append(last.index)
      } else {
        guard let index = indexByColour[colour] else { return nil }
        last = (colour, index)
        result.append(index)
      }
    }
    return result
  }
}
