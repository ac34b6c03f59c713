internal import EventFrames
package import Figures
internal import GestureDataSet
internal import SystemPackage

/// The overview of a recording as one picture: label windows, event rates and some frames over a
/// common time axis.
package struct RecordingSheet: Sendable {
  private let overview: RecordingOverview
  private let colours: EventColours
  /// The shown frames, with their indices in the film.
  private let frames: [(number: Int, frame: CountFrame)]
  private let scale: Int

  private static let margin = 20
  private static let plotLeft = 112
  private static let plotWidth = 1200
  private static let labelTop = 76
  private static let labelHeight = 22
  private static let plotTop = 104
  private static let halfHeight = 110
  private static let frameCount = 9
  private static let maximumFrameSide = 128
  private static let frameTop = plotTop + 2 * halfHeight + 52
  private static let lineHeight = 24

  /// Chooses the frames to show.
  package init(_ overview: RecordingOverview, colours: EventColours = .dark) {
    self.overview = overview
    self.colours = colours
    // Frames are spread evenly over the film. Large ones are reduced so that they fit side by side.
    let longer = overview.film.map { max($0.width, $0.height) }.max() ?? 1
    let block = (longer + Self.maximumFrameSide - 1) / Self.maximumFrameSide
    let count = min(Self.frameCount, overview.film.count)
    frames = (0..<count).map { index in
      let number = (2 * index + 1) * overview.film.count / (2 * count)
      let frame = overview.film[number]
      return (number, block == 1 ? frame : frame.reduced(columns: block, rows: block))
    }
    scale =
      block == 1
      ? overview.scale : EventColours.scale(suiting: frames.lazy.flatMap(\.frame.counts))
  }

  /// The top row of the class names.
  private var legendTop: Int { Self.frameTop + (frames.first?.frame.height ?? 0) + 34 }

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
    let zoom = rowCount == 1 ? 2 : 1
    for row in windows {
      let (left, right) = (column(row.start), max(column(row.start) + 1, column(row.end)))
      let top = Self.labelTop + row.row * height
      let text = "\(row.window.label.gesture.classNumber)"
      raster.fill(x: left..<right, y: top..<top + height, with: colours.faintText)
      // A border separates neighbours.
      raster.fill(x: left..<left + 1, y: top..<top + height, with: colours.page)
      if row.row > 0 { raster.fill(x: left..<right, y: top..<top + 1, with: colours.page) }
      let textWidth = Raster.width(of: text, zoom: zoom)
      if textWidth + 4 <= right - left, rowCount <= 2 {
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
    for (index, (number, frame)) in frames.enumerated() {
      let times = overview.times(ofFrame: number)
      // Near its time: frames are evenly spaced, so that they do not cover each other.
      let slot = Self.plotWidth / frames.count
      let x = Self.plotLeft + index * slot + (slot - frame.width) / 2
      raster.draw(
        frame, x: x, y: Self.frameTop, zoom: 1, colours: colours, scale: scale)
      let text = "\(fixed(times.start, 1)) s"
      raster.draw(
        text, x: x + (frame.width - Raster.width(of: text, zoom: 2)) / 2,
        y: Self.frameTop + frame.height + 6, zoom: 2, colour: colours.text)
    }
  }

  private var gestures: [Gesture] {
    let present = Set(overview.visibleWindows.map(\.window.label.gesture))
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
