/// A part of the body in one time slot: its position, velocity and event rate.
struct MovingPart: Equatable, Sendable {
  /// The position at the slot's start.
  let frame: PartFrame
  /// The change of the position in a second.
  let velocity: PartFrame
  /// An upper bound of ``change(at:)``'s magnitude over all points.
  let largestChange: Double

  /// The event rate is estimated from every fifth point; an odd stride visits all four sides of the
  /// spots equally often.
  private static let rateStride = 5

  init(from frame: PartFrame, to later: PartFrame, edges: LitEdges) {
    self.frame = frame
    velocity = frame.velocity(to: later, seconds: SlotScene.slotSeconds)
    var largestSquare = 1e-9
    for corner in edges.corners {
      let speed = velocity.position(along: corner.x, across: corner.y)
      largestSquare = max(largestSquare, speed.x * speed.x + speed.y * speed.y)
    }
    let stretch = max(frame.along.length * edges.largestTangentAlong, frame.across.length)
    largestChange = largestSquare.squareRoot() * stretch
  }

  /// The area that a piece of an edge sweeps in a second, in pixels, times its strength; positive
  /// if it makes the image brighter.
  ///
  /// The area is the cross product of piece and velocity. For a closed outline these areas cancel
  /// at every pixel, even if the part turns and stretches.
  func change(at point: EdgeCloud.Point) -> Double {
    let speed = velocity.position(along: point.along, across: point.across)
    let tangentX = frame.along.x * point.tangentAlong + frame.across.x * point.tangentAcross
    let tangentY = frame.along.y * point.tangentAlong + frame.across.y * point.tangentAcross
    return (tangentY * speed.x - tangentX * speed.y) * point.contrast
  }

  /// The rate of events within the sensor, in the unit of ``SlotWeights``.
  func weight(of edges: LitEdges) -> Double {
    let size = Double(SyntheticRecording.sensorSize)
    var sum = 0.0
    var count = 0.0
    for index in stride(from: 0, to: EdgeCloud.pointCount, by: Self.rateStride) {
      let point = edges.points[index]
      let position = frame.position(along: point.along, across: point.across)
      if position.x >= 0, position.x < size, position.y >= 0, position.y < size {
        sum += abs(change(at: point))
      }
      count += 1
    }
    return edges.density * sum / count
  }
}
