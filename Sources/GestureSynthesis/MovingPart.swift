/// A part of the body in one slot of time: where it is, how it moves, and how many events it gives.
struct MovingPart: Equatable, Sendable {
  /// Place at the slot's start.
  let frame: PartFrame
  /// Change a second of the place.
  let velocity: PartFrame
  /// Events a second if every point had strength 1 and moved with ``largestFlow``; in any unit.
  let largestWeight: Double
  /// No point of the part moves faster across its edge, in pixels a second.
  let largestFlow: Double

  /// Every so many points stand for all when the rate of events is summed up.
  private static let rateStride = 16

  init(
    part: BodyPart, from frame: PartFrame, to later: PartFrame, edges: LitEdges,
    forearmLength: Double
  ) {
    self.frame = frame
    velocity = frame.velocity(to: later, seconds: SlotScene.slotSeconds)
    var largestSquare = 1e-9
    for corner in edges.corners {
      let speed = velocity.place(along: corner.x, across: corner.y)
      largestSquare = max(largestSquare, speed.x * speed.x + speed.y * speed.y)
    }
    largestFlow = largestSquare.squareRoot()
    // A limb that points at the camera shows less of its edges.
    let shortening = part.shape.isLimb ? frame.along.length / forearmLength : 1
    largestWeight = edges.density * shortening * largestFlow
  }

  /// Speed of a point across its edge times its strength, in pixels a second; above 0: brighter.
  func change(at point: EdgeCloud.Point) -> Double {
    let speed = velocity.place(along: point.along, across: point.across)
    // The axes are at right angles: `across` turned back is the direction of `along`.
    let normalX =
      frame.across.y * point.normalAlong + frame.across.x * point.normalAcross
    let normalY =
      frame.across.y * point.normalAcross - frame.across.x * point.normalAlong
    return (normalX * speed.x + normalY * speed.y) * point.contrast
  }

  /// Events a second within the sensor, in the unit of ``largestWeight``.
  func weight(of edges: LitEdges) -> Double {
    let size = Double(SyntheticRecording.sensorSize)
    var sum = 0.0
    for index in stride(from: Self.rateStride / 2, to: EdgeCloud.pointCount, by: Self.rateStride) {
      let point = edges.points[index]
      let place = frame.place(along: point.along, across: point.across)
      if place.x >= 0, place.x < size, place.y >= 0, place.y < size {
        sum += abs(change(at: point))
      }
    }
    let sampleCount = Double(EdgeCloud.pointCount / Self.rateStride)
    return largestWeight * sum / (largestFlow * sampleCount)
  }
}
