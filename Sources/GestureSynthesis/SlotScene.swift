/// The moving person, sampled in short time slots.
///
/// Within a slot, all motion is linear.
struct SlotScene {
  /// The length of a slot, in which a hand moves up to about half a pixel.
  static let slotMicroseconds = 2000
  static let slotSeconds = 0.002

  private let person: Person
  private let schedule: Schedule
  private let edges: [LitEdges]
  private var window = 0
  private var frames: [PartFrame]

  /// The parts of the body in the current slot, in the order of ``BodyPart``.
  private(set) var parts: [MovingPart] = []
  /// The index of the current slot; -1 before the first call of ``advance()``.
  private(set) var slot = -1

  init(person: Person, schedule: Schedule, edges: [LitEdges]) {
    self.person = person
    self.schedule = schedule
    self.edges = edges
    let skeleton = Self.skeleton(person, schedule.windows[0], atSeconds: 0)
    frames = BodyPart.all.map { PartFrame(of: $0, in: skeleton) }
    parts.reserveCapacity(frames.count)
  }

  /// Moves on to the next slot.
  ///
  /// - Complexity: O(1); allocates nothing.
  mutating func advance() {
    slot += 1
    let endSeconds = Double(slot + 1) * Self.slotSeconds
    while window + 1 < schedule.windows.count,
      endSeconds - schedule.windows[window].endSeconds
        > schedule.windows[window + 1].startSeconds - endSeconds
    {
      window += 1
    }
    let skeleton = Self.skeleton(person, schedule.windows[window], atSeconds: endSeconds)
    parts.removeAll(keepingCapacity: true)
    for part in BodyPart.all {
      let later = PartFrame(of: part, in: skeleton)
      parts.append(
        MovingPart(
          from: frames[part.rawValue], to: later, edges: edges[part.rawValue]))
      frames[part.rawValue] = later
    }
  }

  private static func skeleton(
    _ person: Person, _ window: Performance, atSeconds seconds: Double
  ) -> Skeleton {
    Skeleton(
      of: person, performing: window,
      activity: Schedule.activity(in: window, atSeconds: seconds), atSeconds: seconds)
  }
}
