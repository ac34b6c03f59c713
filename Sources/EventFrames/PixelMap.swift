internal import EventData

/// Where the events of each pixel of a sensor are counted.
struct PixelMap: Sendable {
  let frameShape: FrameShape
  /// Whether those of some pixel are not counted.
  let leavesOut: Bool

  /// By pixel of the sensor: the index of the frame's pixel; or one of the two below.
  private let framePixels: [Int32]
  private static let cropped: Int32 = -1
  private static let dropped: Int32 = -2

  init(_ preprocessing: Preprocessing, _ sensor: FrameShape) {
    let shape = preprocessing.frameShape
    frameShape = shape
    var pixels: [Int32] = []
    pixels.reserveCapacity(sensor.pixelCount)
    for y in 0..<sensor.height {
      for x in 0..<sensor.width {
        let pixel = preprocessing.framePixel(of: Preprocessing.Pixel(x: x, y: y))
        pixels.append(
          pixel.map { Int32(truncatingIfNeeded: $0.y * shape.width + $0.x) } ?? Self.cropped)
      }
    }
    for pixel in preprocessing.droppedPixels {
      pixels[pixel.y * sensor.width + pixel.x] = Self.dropped
    }
    framePixels = pixels
    leavesOut = pixels.contains { $0 < 0 }
  }

  /// Whether the events of a pixel of the sensor are read.
  func reads(_ pixel: Int) -> Bool { framePixels[pixel] != Self.dropped }

  /// The pixel of the frame; `nil` if the events of a pixel of the sensor are not counted.
  func framePixel(of pixel: Int) -> Int? {
    let found = framePixels[pixel]
    return found < 0 ? nil : Int(found)
  }
}
