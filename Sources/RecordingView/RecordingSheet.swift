internal import EventFrames
package import Figures
internal import GestureDataSet
internal import SystemPackage

/// The overview of a recording as one picture: label windows, event rates and some frames over a
/// common time axis.
package struct RecordingSheet: Sendable {
  private let overview: RecordingOverview
  private let colours: EventColours
  private let thumbnails: [SheetThumbnail]
  private let frameWidth: Int
  private let frameHeight: Int
  private let scale: Int

  private static let margin = 20
  private static let plotLeft = 112
  private static let plotWidth = 1200
  private static let labelTop = 76
  private static let labelHeight = 22
  private static let plotTop = 104
  private static let halfHeight = 110
  private static let columnCount = 9
  private static let maximumFrameSide = 128
  private static let frameTop = plotTop + 2 * halfHeight + 52
  private static let lineHeight = 24

  /// Chooses the frames to show.
  package init(_ overview: RecordingOverview, colours: EventColours = .dark) {
    self.overview = overview
    self.colours = colours
    // Large frames are reduced so that they fit side by side.
    let longer = overview.film.map { max($0.width, $0.height) }.max() ?? 1
    let block = (longer + Self.maximumFrameSide - 1) / Self.maximumFrameSide
    let thumbnails = SheetThumbnail.all(of: overview, columnCount: Self.columnCount)
      .map { $0.reduced(by: block) }
    self.thumbnails = thumbnails
    frameWidth = ((overview.film.first?.width ?? 1) + block - 1) / block
    frameHeight = ((overview.film.first?.height ?? 1) + block - 1) / block
    scale =
      block == 1
      ? overview.scale
      : EventColours.scale(suiting: thumbnails.lazy.compactMap(\.frame).flatMap(\.counts))
  }

  /// The height of a row of thumbnails with their captions.
  private var rowHeight: Int {
    let lineCount = thumbnails.map(\.lines.count).max() ?? 0
    return frameHeight + 6 + lineCount * (Self.lineHeight - 4) + 8
  }

  /// The top row of the class names.
  private var legendTop: Int {
    let rowCount = (thumbnails.count + Self.columnCount - 1) / Self.columnCount
    return Self.frameTop + rowCount * rowHeight
  }

  /// The width in pixels.
  package var width: Int { Self.plotLeft + Self.plotWidth + Self.margin }

  /// The height in pixels.
  package var height: Int {
    legendTop + (gestures.count + 1) / 2 * Self.lineHeight + Self.margin
  }

  /// Draws the picture.
  package func raster() -> Raster {
    var raster = Raster(width: width, height: height, filledWith: colours.page)
    drawTitle(on: &raster)
    drawWindows(on: &raster)
    drawRates(on: &raster)
    drawTimes(on: &raster)
    drawFrames(on: &raster)
    drawLegend(on: &raster)
    return raster
  }

  private func drawTitle(on raster: inout Raster) {
    let name = overview.path.lastComponent?.string ?? overview.path.string
    let room = (width - 2 * Self.margin) / (2 * Raster.characterSide)
    raster.draw(
      String("\(name): events over time".suffix(room)), x: Self.margin, y: 18, zoom: 2,
      colour: colours.text)
    raster.draw(
      "\(grouped(overview.eventCount, gap: " ")) events in \(fixed(overview.lengthSeconds, 3)) s; ON up, OFF down, "
        + "in spans of \(fixed(Double(overview.rates.binMicroseconds) * 1e-3, 1)) ms",
      x: Self.margin, y: 44, zoom: 2, colour: colours.faintText)
  }

  /// The column of a time in seconds since the first event.
  private func column(_ seconds: Double) -> Int {
    let fraction = overview.lengthSeconds > 0 ? seconds / overview.lengthSeconds : 0
    return Self.plotLeft + Int((min(1, max(0, fraction)) * Double(Self.plotWidth)).rounded())
  }

  private func drawWindows(on raster: inout Raster) {
    let windows = overview.visibleWindows
    // Windows that overlap share the height; their numbers are then small.
    let rowCount = (windows.map(\.row).max() ?? 0) + 1
    let height = Self.labelHeight / rowCount
    for row in windows {
      let (left, right) = (column(row.start), max(column(row.start) + 1, column(row.end)))
      let top = Self.labelTop + row.row * height
      let text = "\(row.window.label.gesture.classNumber)"
      raster.fill(x: left..<right, y: top..<top + height, with: colours.faintText)
      // A border separates neighbours.
      raster.fill(x: left..<left + 1, y: top..<top + height, with: colours.page)
      if row.row > 0 { raster.fill(x: left..<right, y: top..<top + 1, with: colours.page) }
      let largest = rowCount == 1 ? 2 : 1
      let zoom = Raster.width(of: text, zoom: largest) + 4 <= right - left ? largest : 1
      let textWidth = Raster.width(of: text, zoom: zoom)
      if textWidth + 2 <= right - left, rowCount <= 2 {
        raster.draw(
          text, x: (left + right - textWidth) / 2, y: top + (height - 8 * zoom) / 2, zoom: zoom,
          colour: colours.ground)
      }
    }
  }

  private func drawRates(on raster: inout Raster) {
    let middle = Self.plotTop + Self.halfHeight
    let plot = Self.plotLeft..<Self.plotLeft + Self.plotWidth
    raster.fill(x: plot, y: Self.plotTop..<middle + Self.halfHeight, with: colours.ground)
    let rates = overview.rates
    let maximum = max(1, max(rates.on.max() ?? 0, rates.off.max() ?? 0))
    for pixel in 0..<Self.plotWidth {
      let first = pixel * rates.on.count / Self.plotWidth
      let bins = first..<max(first + 1, (pixel + 1) * rates.on.count / Self.plotWidth)
      func height(_ counts: [Int]) -> Int {
        ((counts[bins].max() ?? 0) * (Self.halfHeight - 1) + maximum / 2) / maximum
      }
      let x = Self.plotLeft + pixel..<Self.plotLeft + pixel + 1
      raster.fill(x: x, y: middle - height(rates.on)..<middle, with: colours.on)
      raster.fill(x: x, y: middle + 1..<middle + 1 + height(rates.off), with: colours.off)
    }
    raster.fill(x: plot, y: middle..<middle + 1, with: colours.faintText)
    let text = rateText(overview.perSecond(maximum))
    for (y, line) in [
      (Self.plotTop, text), (middle + Self.halfHeight - 16, text), (middle - 8, "0/s"),
    ] {
      raster.draw(
        line, x: Self.plotLeft - 8 - Raster.width(of: line, zoom: 2), y: y, zoom: 2,
        colour: colours.faintText)
    }
  }

  private func rateText(_ rate: Double) -> String {
    rate >= 9999.5 ? "\(fixed(rate * 1e-3, 0))k/s" : "\(fixed(rate, 0))/s"
  }

  private func drawTimes(on raster: inout Raster) {
    let bottom = Self.plotTop + 2 * Self.halfHeight
    let length = overview.lengthSeconds
    let (step, digits) = Self.timeStep(over: length)
    var tick = 0
    while Double(tick) * step <= length, tick < 64 {
      let x = column(Double(tick) * step)
      raster.fill(x: x..<x + 1, y: bottom..<bottom + 8, with: colours.faintText)
      let text = "\(fixed(Double(tick) * step, digits)) s"
      let textWidth = Raster.width(of: text, zoom: 2)
      raster.draw(
        text, x: min(max(Self.margin, x - textWidth / 2), width - Self.margin - textWidth),
        y: bottom + 12, zoom: 2, colour: colours.faintText)
      tick += 1
    }
  }

  /// A round step in seconds that divides `length` into at most ten parts, and its number of
  /// decimals.
  private static func timeStep(over length: Double) -> (step: Double, digits: Int) {
    var power = 1e-6
    var digits = 6
    while power < 1e9 {
      for factor in [1.0, 2, 5] where length / (power * factor) <= 10 {
        return (power * factor, max(0, digits))
      }
      power *= 10
      digits -= 1
    }
    return (max(1, length), 0)
  }

  private func drawFrames(on raster: inout Raster) {
    let slot = Self.plotWidth / min(Self.columnCount, max(1, thumbnails.count))
    for (index, thumbnail) in thumbnails.enumerated() {
      let x = Self.plotLeft + index % Self.columnCount * slot + (slot - frameWidth) / 2
      let y = Self.frameTop + index / Self.columnCount * rowHeight
      if let frame = thumbnail.frame {
        raster.draw(frame, x: x, y: y, zoom: 1, colours: colours, scale: scale)
      } else {
        raster.fill(x: x..<x + frameWidth, y: y..<y + frameHeight, with: colours.ground)
      }
      for (line, text) in thumbnail.lines.enumerated() {
        let zoom = Raster.width(of: text, zoom: 2) <= slot ? 2 : 1
        raster.draw(
          text, x: x + (frameWidth - Raster.width(of: text, zoom: zoom)) / 2,
          y: y + frameHeight + 6 + line * (Self.lineHeight - 4), zoom: zoom,
          colour: line == 0 ? colours.text : colours.faintText)
      }
    }
  }

  private var gestures: [Gesture] {
    let present = Set((overview.windows ?? []).map(\.label.gesture))
    return Gesture.allCases.filter { present.contains($0) }
  }

  private func drawLegend(on raster: inout Raster) {
    for (index, gesture) in gestures.enumerated() {
      raster.draw(
        "\(gesture.classNumber) \(gesture.name)",
        x: Self.plotLeft + index % 2 * (Self.plotWidth / 2),
        y: legendTop + index / 2 * Self.lineHeight, zoom: 2, colour: colours.faintText)
    }
  }
}
