/// Draws the events of a recording, slot by slot.
///
/// The event rate of an edge is proportional to its contrast and to its speed along its normal. By
/// rejection sampling: a point of a body part is drawn uniformly and accepted with a probability
/// proportional to that rate, else another is drawn. The polarity is the sign of contrast times
/// speed.
struct EventSampler {
  private let edges: [LitEdges]
  private let lighting: LightingModel
  private let camera: Camera
  private var random: Xoshiro256StarStar
  /// The current slot's events, each packed in a word (time, y, x, polarity), so that they sort by
  /// time.
  private var slotEvents: [UInt32] = []

  /// The maximum number of tries per missing event of a part and slot; then the rest become noise,
  /// since the part has left the sensor.
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
  ///
  /// The number of events of each cause is proportional to its weight, rounded at random.
  mutating func append(
    _ count: Int, of scene: SlotScene, weights: SlotWeights, clockMicroseconds: UInt32,
    to events: inout [SyntheticEvent]
  ) {
    guard count > 0 else { return }
    let flicker = lighting.flicker(atSeconds: Double(scene.slot) * SlotScene.slotSeconds)
    let scale = Double(count) / weights.total(slot: scene.slot)
    slotEvents.removeAll(keepingCapacity: true)
    var due = random.uniform()
    due += weights.noise * scale
    while slotEvents.count < min(count, Int(due)) {
      slotEvents.append(noiseEvent())
    }
    due += weights.hot * scale
    while slotEvents.count < min(count, Int(due)) {
      slotEvents.append(hotEvent())
    }
    for part in scene.parts.indices {
      due += weights.motion(slot: scene.slot, part: part) * scale
      let end = min(count, Int(due))
      if slotEvents.count < end {
        appendEdgeEvents(
          upTo: end, of: scene.parts[part], points: edges[part].points, flicker: flicker)
      }
    }
    while slotEvents.count < count {
      slotEvents.append(noiseEvent())
    }
    slotEvents.sort()
    for word in slotEvents {
      events.append(
        SyntheticEvent(
          timestampMicroseconds: clockMicroseconds + (word >> 15),
          x: UInt8((word >> 1) & 127), y: UInt8((word >> 8) & 127), isOn: word & 1 == 1))
    }
  }

  /// Draws points of a part until the slot has `end` events.
  private mutating func appendEdgeEvents(
    upTo end: Int, of part: MovingPart, points: [EdgeCloud.Point], flicker: Double
  ) {
    var triesLeft = Self.tryCount * (end - slotEvents.count)
    while slotEvents.count < end {
      triesLeft -= 1
      guard triesLeft >= 0 else {
        slotEvents.append(noiseEvent())
        continue
      }
      // Bits 0–7 choose the point, bits 11–63 decide whether to accept it.
      let word = random.next()
      let point = points[Int(word & UInt64(EdgeCloud.pointCount - 1))]
      let change = part.change(at: point)
      let threshold = Double(word >> 11) * 0x1p-53
      guard threshold * part.largestChange < abs(change) else { continue }
      if let event = edgeEvent(of: part, at: point, isOn: change > 0, flicker: flicker) {
        slotEvents.append(event)
      }
    }
  }

  /// The event of a point of an edge; `nil` outside the sensor.
  @inline(__always)
  private mutating func edgeEvent(
    of part: MovingPart, at point: EdgeCloud.Point, isOn: Bool, flicker: Double
  ) -> UInt32? {
    // Bits 0–15 and 16–31 shift x and y, 33–48 choose the polarity's error, 49–63 the time.
    let word = random.next()
    let microseconds = Self.slotTime(word >> 49)
    let position =
      part.frame.position(along: point.along, across: point.across)
      + part.velocity.position(along: point.along, across: point.across)
      * (Double(microseconds) * 1e-6)
    let x = position.x + blur(word) + 0.5
    let y = position.y + blur(word >> 16) + 0.5
    let size = Double(SyntheticRecording.sensorSize)
    guard x >= 0, x < size, y >= 0, y < size else { return nil }
    let chance = Double((word >> 33) & 0xffff) * 0x1p-16
    var isOn = isOn
    if chance < lighting.polarityErrorFraction {
      isOn.toggle()
    } else if chance > 1 - abs(flicker) {
      isOn = flicker > 0
    }
    return Self.packed(microseconds: microseconds, x: UInt32(x), y: UInt32(y), isOn: isOn)
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

  /// A shift in pixels from the lower 16 bits of a word.
  ///
  /// The difference of two uniform numbers, which has a triangular distribution.
  private func blur(_ word: UInt64) -> Double {
    Double(Int64(word & 0xff) - Int64((word >> 8) & 0xff)) * 0x1p-8 * lighting.blurPixels
  }

  /// Microseconds after the slot's start from the lower 15 bits of a word.
  private static func slotTime(_ word: UInt64) -> UInt32 {
    UInt32(((word & 0x7fff) * UInt64(SlotScene.slotMicroseconds)) >> 15)
  }

  private static func packed(microseconds: UInt32, x: UInt32, y: UInt32, isOn: Bool) -> UInt32 {
    microseconds << 15 | y << 8 | x << 1 | (isOn ? 1 : 0)
  }
}
