/// Generates synthetic event-camera recordings of people who make gestures, from a seed alone.
///
/// The recordings resemble IBM's DVS128 Gesture, but contain no data of it. The same seed gives the
/// same events on every machine: only operations with exactly specified IEEE 754 rounding are used.
///
/// - Source: the model (an event where an edge moves, in proportion to its speed and contrast)
///   follows Gallego et al., "Event-based Vision: A Survey", 2020, section 2.4.
package struct GestureSynthesizer: Equatable, Sendable {
  /// The seed that determines all recordings.
  package let seed: UInt64

  /// Creates the synthesizer of a seed, with its people and its camera.
  package init(seed: UInt64) {
    self.seed = seed
  }

  /// Generates one recording.
  ///
  /// - Parameters:
  ///   - subject: The subject's number, 1 … 29 in the data set; a number is the same person under
  ///     every lighting.
  ///   - lighting: The lighting, which determines noise, contrast and flicker.
  ///   - eventCount: The number of events, at least 0. The recording's duration does not depend on
  ///     it.
  /// - Returns: Exactly `eventCount` events within the sensor, and 12 label windows.
  /// - Complexity: O(`eventCount` + duration). Allocates 8 bytes per event and, during the call, 44
  ///   per recorded millisecond.
  package func recording(
    subject: Int, lighting: SyntheticLighting, eventCount: Int
  ) -> SyntheticRecording {
    precondition(eventCount >= 0, "an event count of 0 or more is needed, not \(eventCount)")
    let key = (UInt64(truncatingIfNeeded: subject), lighting.streamNumber)
    let person = Person(seed: seed, subject: subject)
    let model = LightingModel(lighting)
    var trialRandom = Xoshiro256StarStar(seed: seed, purpose: .trial, key.0, key.1)
    let schedule = Schedule(of: person, random: &trialRandom)
    guard eventCount > 0 else {
      return SyntheticRecording(events: [], windows: schedule.labelWindows)
    }
    let edges = BodyPart.all.map { LitEdges(of: $0, person: person, lighting: model) }
    var scene = SlotScene(person: person, schedule: schedule, edges: edges)
    let weights = SlotWeights(
      slotCount: schedule.slotCount, scene: scene, edges: edges, lighting: model)
    let counts = weights.cumulativeCounts(eventCount: eventCount, lighting: model)
    var sampler = EventSampler(
      edges: edges, lighting: model, camera: Camera(seed: seed),
      random: Xoshiro256StarStar(seed: seed, purpose: .events, key.0, key.1))
    var events: [SyntheticEvent] = []
    events.reserveCapacity(eventCount)
    for slot in 0..<schedule.slotCount {
      scene.advance()
      sampler.append(
        counts[slot] - events.count, of: scene, weights: weights,
        clockMicroseconds: UInt32(
          schedule.clockStartMicroseconds + slot * SlotScene.slotMicroseconds),
        to: &events)
    }
    return SyntheticRecording(events: events, windows: schedule.labelWindows)
  }
}

extension Schedule {
  /// The number of slots that cover the recording.
  fileprivate var slotCount: Int {
    Int(totalSeconds / SlotScene.slotSeconds) + 1
  }

  /// The label windows, in time of the camera's clock.
  fileprivate var labelWindows: [SyntheticWindow] {
    windows.map { window in
      SyntheticWindow(
        gesture: window.gesture,
        startMicroseconds: Int64(clockStartMicroseconds) + Int64(window.startSeconds * 1e6),
        endMicroseconds: Int64(clockStartMicroseconds) + Int64(window.endSeconds * 1e6))
    }
  }
}

extension SyntheticLighting {
  /// The lighting's number in the keys of random streams; changing one would change the data of
  /// every seed.
  fileprivate var streamNumber: UInt64 {
    switch self {
    case .fluorescent: 1
    case .fluorescentAndLED: 2
    case .lab: 3
    case .led: 4
    case .natural: 5
    }
  }
}
