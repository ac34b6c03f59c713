import GestureDataSet
import Testing

@testable import GestureSynthesis

@Suite("Arm turns")
struct ArmTurnTests {
  private static func performances(subject: Int) -> (Person, [Performance]) {
    let person = Person(seed: 11, subject: subject)
    var random = Xoshiro256StarStar(seed: 11, purpose: .trial, UInt64(subject), 1)
    let schedule = Schedule(of: person, random: &random)
    return (person, schedule.windows.filter { $0.gesture.isArmTurn })
  }

  /// Twice the signed area that a hand encloses in one turn; positive if clockwise in the image.
  private static func turnedArea(_ performance: Performance, _ person: Person) -> Double {
    let side: BodySide =
      performance.gesture == .rightArmClockwise || performance.gesture == .rightArmCounterClockwise
      ? .right : .left
    var area = 0.0
    var last = performance.hands(of: person, atSeconds: performance.startSeconds)[side]
    for step in 1...200 {
      let seconds =
        performance.startSeconds + Double(step) * 0.005 / performance.hertz
      let next = performance.hands(of: person, atSeconds: seconds)[side]
      area += last.x * next.y - last.y * next.x
      last = next
    }
    return area
  }

  @Test("clockwise for the person is counter-clockwise in the image", arguments: 1...10)
  func directions(subject: Int) {
    let (person, performances) = Self.performances(subject: subject)
    #expect(performances.count == 4)
    for performance in performances {
      let clockwise =
        performance.gesture == .rightArmClockwise || performance.gesture == .leftArmClockwise
      #expect((Self.turnedArea(performance, person) < 0) == clockwise)
    }
  }

  @Test("both directions are the same movement, with a whole number of turns", arguments: 1...10)
  func sameMovement(subject: Int) {
    let (person, performances) = Self.performances(subject: subject)
    for performance in performances {
      let turns =
        performance.turnCount(atSeconds: performance.endSeconds)
        - performance.turnCount(atSeconds: performance.startSeconds)
      #expect(abs(turns - Double(Int(turns + 0.5))) < 1e-9)
      #expect(turns > 0.5)
    }
    for gestures in [
      [Gesture.rightArmClockwise, .rightArmCounterClockwise],
      [.leftArmClockwise, .leftArmCounterClockwise],
    ] {
      let pair = performances.filter { gestures.contains($0.gesture) }
      #expect(pair.count == 2)
      #expect(pair.allSatisfy { $0.variation == pair[0].variation })
      let areas = pair.map { abs(Self.turnedArea($0, person)) }
      // The tempo varies, so that the sampled turns are not exactly whole.
      #expect(abs(areas[0] - areas[1]) < 0.25 * areas[0])
    }
  }

  @Test("over a whole turn, every part of the image has as many ON as OFF events")
  func balancedPolarity() {
    let recording = GestureSynthesizer(seed: 12)
      .recording(subject: 1, lighting: .led, eventCount: 200_000)
    for window in recording.windows where window.gesture.isArmTurn {
      var on = [Double](repeating: 0, count: 64)
      var off = on
      for event in recording.events
      where (window.startMicroseconds..<window.endMicroseconds)
        .contains(event.timestampMicroseconds)
      {
        let block = Int(event.y / 16) * 8 + Int(event.x / 16)
        if event.isOn {
          on[block] += 1
        } else {
          off[block] += 1
        }
      }
      for block in 0..<64 where on[block] + off[block] > 500 {
        let onFraction = on[block] / (on[block] + off[block])
        #expect(abs(onFraction - 0.5) < 0.12, "\(window.gesture), block \(block): \(onFraction) ON")
      }
    }
  }

  @Test("outlines are closed: the sum of their pieces is zero")
  func closedOutlines() {
    let person = Person(seed: 13, subject: 1)
    for part in BodyPart.all {
      var sum = Vector.zero
      for point in person.edges[part.rawValue].points {
        sum = sum + Vector(x: point.tangentAlong, y: point.tangentAcross) * point.contrast
      }
      #expect(sum.length < 0.02 * Double(EdgeCloud.pointCount))
    }
  }
}
