/// The five lightings of the data set, by their names in the file names.
package enum SyntheticLighting: String, CaseIterable, Equatable, Hashable, Sendable {
  /// Fluorescent tubes, which flicker at twice the mains frequency.
  case fluorescent
  /// Fluorescent tubes and LED lamps together.
  case fluorescentAndLED = "fluorescent_led"
  /// The lighting of a laboratory.
  case lab
  /// LED lamps.
  case led
  /// Daylight from the windows.
  case natural
}

/// How a lighting shows in the events.
struct LightingModel: Equatable, Sendable {
  /// Share of all events that come from noise of the pixels, not from motion.
  let noiseShare: Double
  /// Share of events from motion that carry the wrong polarity.
  let polarityErrorShare: Double
  /// Weakest edge that still gives events, as a share of the strongest contrast.
  let contrastThreshold: Double
  /// Largest shift of an event from its edge, in pixels, in each direction.
  let blurPixels: Double
  /// How far the flicker moves the event rate and the polarity, as a share.
  let flickerDepth: Double

  /// Twice the mains frequency, in hertz, of the country where the data set was recorded.
  ///
  /// The polarity in the recording of user01 under fluorescent light has its strongest line there.
  static let flickerHertz = 120.0

  /// The constants for a lighting, chosen to look different, not measured.
  init(_ lighting: SyntheticLighting) {
    switch lighting {
    case .fluorescent:
      self.init(0.06, 0.07, contrastThreshold: 0.20, blurPixels: 0.9, flickerDepth: 0.10)
    case .fluorescentAndLED:
      self.init(0.05, 0.05, contrastThreshold: 0.10, blurPixels: 0.8, flickerDepth: 0.06)
    case .lab:
      self.init(0.07, 0.06, contrastThreshold: 0.25, blurPixels: 0.9, flickerDepth: 0.02)
    case .led:
      self.init(0.04, 0.04, contrastThreshold: 0.05, blurPixels: 0.7, flickerDepth: 0.01)
    case .natural:
      self.init(0.12, 0.10, contrastThreshold: 0.40, blurPixels: 1.2, flickerDepth: 0)
    }
  }

  private init(
    _ noiseShare: Double, _ polarityErrorShare: Double, contrastThreshold: Double,
    blurPixels: Double, flickerDepth: Double
  ) {
    self.noiseShare = noiseShare
    self.polarityErrorShare = polarityErrorShare
    self.contrastThreshold = contrastThreshold
    self.blurPixels = blurPixels
    self.flickerDepth = flickerDepth
  }

  /// The flicker's part of the light at a time in seconds: -``flickerDepth`` … ``flickerDepth``.
  func flicker(atSeconds seconds: Double) -> Double {
    flickerDepth == 0 ? 0 : flickerDepth * sine(turns: seconds * Self.flickerHertz)
  }
}
