/// The legend of the event colours, in one line of text and colour bars.
enum ColourKey {
  private static let levelWidth = 4
  private static var barWidth: Int { (EventColours.levelCount - 1) * levelWidth }
  private static let names = ["OFF", "ON", "both"]

  private static func caption(scale: Int) -> String {
    scale == 1 ? "1 or more a cell" : "1 to \(scale) or more a cell"
  }

  static func height(_ text: TextLayout) -> Int { text.lineHeight }

  static func width(_ text: TextLayout, scale: Int) -> Int {
    names.reduce(0) { $0 + partWidth($1, text) }
      + Raster.width(of: caption(scale: scale), zoom: text.zoom)
  }

  private static func partWidth(_ name: String, _ text: TextLayout) -> Int {
    Raster.width(of: name, zoom: text.zoom) + (4 + barWidth) * text.zoom + text.gap
  }

  /// Draws a bar of all levels for OFF, for ON and for both equally, and the count of the last
  /// level.
  static func draw(
    on raster: inout Raster, x: Int, y: Int, _ text: TextLayout, scale: Int, _ colours: EventColours
  ) {
    var x = x
    for (number, name) in names.enumerated() {
      raster.draw(name, x: x, y: y, zoom: text.zoom, colour: colours.faintText)
      var left = x + Raster.width(of: name, zoom: text.zoom) + 4 * text.zoom
      for level in 1..<EventColours.levelCount {
        let right = left + levelWidth * text.zoom
        raster.fill(
          x: left..<right, y: y..<(y + text.side),
          with: colours.colour(
            offLevel: number == 1 ? 0 : level, onLevel: number == 0 ? 0 : level))
        left = right
      }
      x += partWidth(name, text)
    }
    raster.draw(caption(scale: scale), x: x, y: y, zoom: text.zoom, colour: colours.faintText)
  }
}
