/// A part of the body in one slot of time: where it is, how it moves, and how many events it gives.
struct MovingPart: Equatable, Sendable {
  /// Place at the slot's start.
  let frame: PartFrame
  /// Change a second of the place.
  let velocity: PartFrame
  /// No point's ``change(at:)`` is larger.
  let largestChange: Double

  /// Every so many points stand for all when the rate of events is summed up; an odd number takes
  /// all sides of the spots in turn.
  private static let rateStride = 5

  init(from frame: PartFrame, to later: PartFrame, edges: LitEdges) {
    self.frame = frame
    velocity = frame.velocity(to: later, seconds: SlotScene.slotSeconds)
    var largestSquare = 1e-9
    for corner in edges.corners {
      let speed = velocity.place(along: corner.x, across: corner.y)
      largestSquare = max(largestSquare, speed.x * speed.x + speed.y * speed.y)
    }
    let stretch = max(frame.along.length * edges.largestTangentAlong, frame.across.length)
    largestChange = largestSquare.squareRoot() * stretch
  }

  /// Area that a piece of an edge sweeps over in a second, in pixels, times its strength; above 0
  /// where it makes the image brighter.
  ///
  /// It is the cross product of piece and speed. For a closed outline these areas cancel out at
  /// every pixel, however the part turns and stretches.
  func change(at point: EdgeCloud.Point) -> Double {
    let speed = velocity.place(along: point.along, across: point.across)
    let tangentX = frame.along.x * point.tangentAlong + frame.across.x * point.tangentAcross
    let tangentY = frame.along.y * point.tangentAlong + frame.across.y * point.tangentAcross
    return (tangentY * speed.x - tangentX * speed.y) * point.contrast
  }

  /// Events a second within the sensor, in the unit of ``SlotWeights``.
  func weight(of edges: LitEdges) -> Double {
    let size = Double(SyntheticRecording.sensorSize)
    var sum = 0.0
    var count = 0.0
    for index in stride(from: 0, to: EdgeCloud.pointCount, by: Self.rateStride) {
      let point = edges.points[index]
      let place = frame.place(along: point.along, across: point.across)
      if place.x >= 0, place.x < size, place.y >= 0, place.y < size {
        sum += abs(change(at: point))
      }
      count += 1
    }
    return edges.density * sum / count
  }
}
