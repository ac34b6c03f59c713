/// The sensor's defects, the same in every recording of a seed.
struct Camera: Equatable, Sendable {
  /// A pixel that sends events, mostly ON, without a change of brightness.
  struct HotPixel: Equatable, Sendable {
    let x: UInt8
    let y: UInt8
  }

  /// The fraction of all events that come from hot pixels.
  static let hotPixelFraction = 0.004

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
