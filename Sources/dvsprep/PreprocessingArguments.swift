public import ArgumentParser
public import EventData

extension FrameOrientation.Rotation: ExpressibleByArgument {
  /// The turns that help and messages name; 0 is none, as without the option.
  public static var allValueStrings: [String] {
    allCases.filter { $0 != .none }.map { "\($0.rawValue)" }
  }
}

/// What is done to the sensor's events before they are counted.
struct PreprocessingArguments: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Keep only this area of the sensor, in pixels: first column and row, width and height; or the middle.",
      valueName: "X,Y,W,H|center:WxH"), transform: PreprocessingArguments.crop)
  var crop: PreprocessingRequest.Crop?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Add up the events of N by N pixels, or of as many as give frames of WxH pixels.",
      valueName: "N|WxH"), transform: PreprocessingArguments.downsampling)
  var downsample: PreprocessingRequest.Downsampling?

  @Flag(name: .long, help: "Mirror frames left to right.")
  var flipX = false

  @Flag(name: .long, help: "Mirror frames top to bottom.")
  var flipY = false

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Turn frames clockwise, after mirroring, by a number of degrees.", valueName: "90|180|270"))
  var rotate: FrameOrientation.Rotation?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Leave out pixels with more events than this, in events per second of all recordings; which ones is told and stored in the cache. With --shard, each process reads all recordings for it.",
      valueName: "rate"))
  var hotPixels: Int?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Leave out an event if the last one of its pixel is at most this old, in microseconds.",
      valueName: "us"))
  var refractory: Int64?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Leave out an event without another at one of the four pixels next to it in this time before, in microseconds: tonic's Denoise.",
      valueName: "us"))
  var noiseFilter: Int64?

  func validate() throws {
    let rates = Preprocessing.hotPixelRates
    if let hotPixels, !rates.contains(hotPixels) {
      throw ValidationError(
        "--hot-pixels: 1 to \(rates.upperBound) events per second expected, \(hotPixels) found")
    }
    for (name, time) in [("--refractory", refractory), ("--noise-filter", noiseFilter)] {
      if let time, !TimeFilters.microseconds.contains(time) {
        throw ValidationError(
          "\(name): 1 to \(TimeFilters.microseconds.upperBound) microseconds expected, \(time) found"
        )
      }
    }
  }

  /// The request for any sensor.
  var request: PreprocessingRequest {
    var request = PreprocessingRequest()
    request.crop = crop ?? .none
    request.downsampling = downsample ?? .factor(1)
    request.orientation = FrameOrientation(
      flipsX: flipX, flipsY: flipY, rotation: rotate ?? .none)
    request.timeFilters = TimeFilters(
      refractoryMicroseconds: refractory ?? 0, noiseMicroseconds: noiseFilter ?? 0)
    request.hotPixelRate = hotPixels
    return request
  }

  /// Whether anything is requested.
  var isEmpty: Bool { request == PreprocessingRequest() }

  /// An area, as in `10,20,64,48` or `center:64x48`.
  static func crop(_ text: String) throws -> PreprocessingRequest.Crop {
    if text.hasPrefix("center:"), let (width, height) = SelectionArgument.size(text.dropFirst(7)) {
      return .center(width: width, height: height)
    }
    let numbers = text.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    guard numbers.count == 4, let x = numbers[0], let y = numbers[1], let width = numbers[2],
      let height = numbers[3], x >= 0, y >= 0, width > 0, height > 0
    else {
      throw ValidationError(
        "column, row, width and height, as in 10,20,64,48, or center:64x48 expected, '\(text)' found"
      )
    }
    return .area(x: x, y: y, width: width, height: height)
  }

  /// A factor, as in `2`, or a size, as in `64x48`.
  static func downsampling(_ text: String) throws -> PreprocessingRequest.Downsampling {
    if let (width, height) = SelectionArgument.size(text[...]) {
      return .size(width: width, height: height)
    }
    guard let factor = Int(text), factor > 0 else {
      throw ValidationError(
        "a number of pixels, as in 2, or a size in pixels, as in 64x48, expected, '\(text)' found")
    }
    return .factor(factor)
  }
}
