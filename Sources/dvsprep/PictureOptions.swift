import ArgumentParser
import Figures
import FileAccess
import SystemPackage
import Terminal
import ToolSupport

/// Options for the pictures of a sample.
struct PictureOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Write a sheet of all frames of the sample as a PNG file.", valueName: "file"),
    completion: .file())
  var png: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Write the frames as an animated GIF file.", valueName: "file"),
    completion: .file())
  var gif: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "How to draw the frames in the terminal. By default, TERM, COLORTERM and NO_COLOR decide.",
      valueName: "auto|truecolor|256|plain|none"))
  var draw = DrawChoice.auto

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Maximum number of frames side by side in the terminal. (default: 4, more where they are narrow)",
      valueName: "N"))
  var columns: Int?

  @Flag(name: .long, help: "Play the frames in the terminal until Ctrl-C.")
  var play = false

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Speed of --gif and --play relative to the recording.", valueName: "factor"))
  var speed = 1.0

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Size of a frame's pixel in the file, in pixels a side. (default: for frames of 128 pixels, 2 in PNG and 4 in GIF)",
      valueName: "N"))
  var zoom: Int?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Event count shown at full brightness. (default: the 99th percentile of nonzero counts)",
      valueName: "N"))
  var scale: Int?

  @Flag(name: .long, help: "Dark events on a white background.")
  var light = false

  @Flag(name: .long, help: "Replace existing files of these names.")
  var force = false

  /// The first given option that needs `--sample`; `nil` for none.
  var optionNeedingSample: String? {
    if png != nil { return "--png" }
    if gif != nil { return "--gif" }
    if play { return "--play" }
    if draw != .auto { return "--draw" }
    if columns != nil { return "--columns" }
    if speed != 1 { return "--speed" }
    if zoom != nil { return "--zoom" }
    if scale != nil { return "--scale" }
    if light { return "--light" }
    return nil
  }

  var colours: EventColours { light ? .light : .dark }

  func validate() throws {
    if let zoom, !(1...16).contains(zoom) {
      throw ValidationError("--zoom: 1 to 16 expected, \(zoom) found")
    }
    if let columns, !(1...100).contains(columns) {
      throw ValidationError("--columns: 1 to 100 expected, \(columns) found")
    }
    guard speed >= 0.001 && speed <= 1000 else {
      throw ValidationError("--speed: 0.001 to 1000 expected, \(speed) found")
    }
    if let scale, !(1...65_535).contains(scale) {
      throw ValidationError("--scale: 1 to 65535 expected, \(scale) found")
    }
    try PictureName.check(png, is: "png", "--png")
    try PictureName.check(gif, is: "gif", "--gif")
    if let png, png == gif {
      throw ValidationError("--png and --gif: two files expected, \(png) found for both")
    }
    if play && columns != nil { throw ValidationError("--columns: not with --play") }
    if play && draw == .none { throw ValidationError("--play: nothing to play with --draw none") }
  }
}
