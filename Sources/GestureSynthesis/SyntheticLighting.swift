/// The five lightings of the data set; raw values are their names in file names.
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

/// The effects of a lighting on the events.
struct LightingModel: Equatable, Sendable {
  /// The fraction of all events that are noise of the pixels.
  let noiseFraction: Double
  /// The fraction of motion events with the wrong polarity.
  let polarityErrorFraction: Double
  /// The contrast subtracted from every edge's, 0 … 1; weaker edges keep a tenth of theirs.
  let contrastThreshold: Double
  /// The maximum shift of an event from its edge, in pixels, along x and y.
  let blurPixels: Double
  /// The amplitude of the flicker, as a fraction of the event rate and of the polarities set.
  let flickerDepth: Double

  /// Twice the mains frequency, in hertz, of the country where the data set was recorded.
  ///
  /// The spectrum of the polarity in the recording of user01 under fluorescent light has its
  /// maximum there.
  static let flickerHertz = 120.0

  /// Creates the model of a lighting, with constants chosen to look different, not measured.
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
    _ noiseFraction: Double, _ polarityErrorFraction: Double, contrastThreshold: Double,
    blurPixels: Double, flickerDepth: Double
  ) {
    self.noiseFraction = noiseFraction
    self.polarityErrorFraction = polarityErrorFraction
    self.contrastThreshold = contrastThreshold
    self.blurPixels = blurPixels
    self.flickerDepth = flickerDepth
  }

  /// The relative change of the light by flicker at a time in seconds: -``flickerDepth`` …
  /// ``flickerDepth``.
  func flicker(atSeconds seconds: Double) -> Double {
    flickerDepth == 0 ? 0 : flickerDepth * sine(turns: seconds * Self.flickerHertz)
  }
}
