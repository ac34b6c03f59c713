/// The sensor's own defects, the same in every recording of a seed.
struct Camera: Equatable, Sendable {
  /// A pixel that sends ON events without cause.
  struct HotPixel: Equatable, Sendable {
    let x: UInt8
    let y: UInt8
  }

  /// Share of all events that come from hot pixels.
  static let hotShare = 0.004

  let hotPixels: [HotPixel]

  init(seed: UInt64) {
    var random = Xoshiro256StarStar(seed: seed, purpose: .camera)
    hotPixels = (0..<5).map { _ in
      HotPixel(
        x: UInt8(random.integer(below: SyntheticRecording.sensorSize)),
        y: UInt8(random.integer(below: SyntheticRecording.sensorSize)))
    }
  }
}
