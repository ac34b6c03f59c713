/// Draws the single events of a recording, slot by slot.
///
/// An edge gives events in proportion to its contrast and to the speed with which it crosses its own
/// normal. A part of the body is drawn by the most events it could give, a point of it evenly; the
/// point is kept with the probability that makes up the difference, or all is drawn again. The
/// polarity is the sign of contrast times speed.
struct EventSampler {
  private let edges: [LitEdges]
  private let lighting: LightingModel
  private let camera: Camera
  private var random: Xoshiro256StarStar
  /// The current slot's events in one word each, so that they can be sorted: time, y, x, polarity.
  private var slotEvents: [UInt32] = []

  /// After this many tries the event becomes noise: what moves has left the sensor.
  private static let tryCount = 256

  init(
    edges: [LitEdges], lighting: LightingModel, camera: Camera, random: Xoshiro256StarStar
  ) {
    self.edges = edges
    self.lighting = lighting
    self.camera = camera
    self.random = random
  }

  /// Appends `count` events of the current slot of `scene`, by time.
  mutating func append(
    _ count: Int, of scene: SlotScene, noiseWeight: Double, hotWeight: Double,
    clockMicroseconds: UInt32, to events: inout [SyntheticEvent]
  ) {
    guard count > 0 else { return }
    let flicker = lighting.flicker(atSeconds: Double(scene.slot) * SlotScene.slotSeconds)
    var total = noiseWeight + hotWeight
    for part in scene.parts {
      total += part.largestWeight
    }
    slotEvents.removeAll(keepingCapacity: true)
    for _ in 0..<count {
      slotEvents.append(
        event(of: scene, total: total, noise: noiseWeight, hot: hotWeight, flicker: flicker))
    }
    slotEvents.sort()
    for word in slotEvents {
      events.append(
        SyntheticEvent(
          timestampMicroseconds: clockMicroseconds + (word >> 15),
          x: UInt8((word >> 1) & 127), y: UInt8((word >> 8) & 127), isOn: word & 1 == 1))
    }
  }

  /// Draws causes of an event by their weights until one gives an event.
  private mutating func event(
    of scene: SlotScene, total: Double, noise: Double, hot: Double, flicker: Double
  ) -> UInt32 {
    for _ in 0..<Self.tryCount {
      var rest = random.uniform() * total - noise
      guard rest >= 0 else { return noiseEvent() }
      rest -= hot
      guard rest >= 0 else { return hotEvent() }
      var part = 0
      while part < scene.parts.count - 1, rest >= scene.parts[part].largestWeight {
        rest -= scene.parts[part].largestWeight
        part += 1
      }
      if let word = edgeEvent(scene.parts[part], edges[part].points, flicker: flicker) {
        return word
      }
    }
    return noiseEvent()
  }

  private mutating func edgeEvent(
    _ part: MovingPart, _ points: [EdgeCloud.Point], flicker: Double
  ) -> UInt32? {
    let word = random.next()
    // Bits 0–7 choose the point, 8–31 keep it or not, 33–48 the polarity, 49–63 the time.
    let point = points[Int(word & UInt64(EdgeCloud.pointCount - 1))]
    let change = part.change(at: point)
    let threshold = Double((word >> EdgeCloud.pointCountBits) & 0xff_ffff) * 0x1p-24
    guard threshold * part.largestFlow < abs(change) else { return nil }
    let microseconds = Self.slotTime(word >> 49)
    let place =
      part.frame.place(along: point.along, across: point.across)
      + part.velocity.place(along: point.along, across: point.across)
      * (Double(microseconds) * 1e-6)
    let blur = random.next()
    guard
      let x = Self.pixel(place.x + self.blur(blur)),
      let y = Self.pixel(place.y + self.blur(blur >> 32))
    else { return nil }
    let chance = Double((word >> 33) & 0xffff) * 0x1p-16
    var isOn = change > 0
    if chance < lighting.polarityErrorShare {
      isOn.toggle()
    } else if chance > 1 - abs(flicker) {
      isOn = flicker > 0
    }
    return Self.packed(microseconds: microseconds, x: x, y: y, isOn: isOn)
  }

  private mutating func noiseEvent() -> UInt32 {
    let word = random.next()
    return Self.packed(
      microseconds: Self.slotTime(word >> 49), x: UInt32(word & 127), y: UInt32((word >> 7) & 127),
      isOn: (word >> 14) & 1 == 1)
  }

  private mutating func hotEvent() -> UInt32 {
    let pixel = camera.hotPixels[random.integer(below: camera.hotPixels.count)]
    let word = random.next()
    return Self.packed(
      microseconds: Self.slotTime(word >> 49), x: UInt32(pixel.x), y: UInt32(pixel.y),
      isOn: word & 15 != 0)
  }

  /// A shift in pixels from the lower 32 bits of a word; the sum of two even draws is bell-like.
  private func blur(_ word: UInt64) -> Double {
    let sum = Int64(word & 0xffff) - Int64((word >> 16) & 0xffff)
    return Double(sum) * 0x1p-16 * lighting.blurPixels
  }

  /// Microseconds after the slot's start from the lower 15 bits of a word.
  private static func slotTime(_ word: UInt64) -> UInt32 {
    UInt32(((word & 0x7fff) * UInt64(SlotScene.slotMicroseconds)) >> 15)
  }

  /// The pixel around a place, or nothing outside the sensor.
  private static func pixel(_ place: Double) -> UInt32? {
    let shifted = place + 0.5
    guard shifted >= 0, shifted < Double(SyntheticRecording.sensorSize) else { return nil }
    return UInt32(shifted)
  }

  private static func packed(microseconds: UInt32, x: UInt32, y: UInt32, isOn: Bool) -> UInt32 {
    microseconds << 15 | y << 8 | x << 1 | (isOn ? 1 : 0)
  }
}
