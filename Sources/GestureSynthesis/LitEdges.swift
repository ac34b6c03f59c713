/// The edges of a part of the body as the sensor sees them in one lighting.
struct LitEdges: Equatable, Sendable {
  /// The points, with signed strengths in place of contrasts; the maximum magnitude is 1.
  let points: [EdgeCloud.Point]

  /// Corners of the smallest rectangle around all points, in the part's own coordinates.
  ///
  /// No point of the part moves faster than the fastest corner.
  let corners: [Vector]

  /// The maximum magnitude of the pieces' components along the part.
  let largestTangentAlong: Double

  /// Events per pixel of motion if all edges of the part had strength 1, in arbitrary units.
  let density: Double

  init(of part: BodyPart, person: Person, lighting: LightingModel) {
    let edges = person.edges[part.rawValue].points
    let strengths = edges.map { Self.strength(contrast: $0.contrast, lighting: lighting) }
    var largest = 1e-9
    for strength in strengths {
      largest = max(largest, abs(strength))
    }
    points = zip(edges, strengths).map { point, strength in
      EdgeCloud.Point(
        along: point.along, across: point.across, tangentAlong: point.tangentAlong,
        tangentAcross: point.tangentAcross, contrast: strength / largest)
    }
    corners = Self.corners(around: edges)
    largestTangentAlong = edges.reduce(0) { max($0, abs($1.tangentAlong)) }
    density = part.shape.edgePixels * person.scale * largest
  }

  private static func corners(around points: [EdgeCloud.Point]) -> [Vector] {
    var low = Vector(x: points[0].along, y: points[0].across)
    var high = low
    for point in points {
      low = Vector(x: min(low.x, point.along), y: min(low.y, point.across))
      high = Vector(x: max(high.x, point.along), y: max(high.y, point.across))
    }
    return [low, Vector(x: low.x, y: high.y), Vector(x: high.x, y: low.y), high]
  }

  /// Weak edges nearly vanish in dim light.
  private static func strength(contrast: Double, lighting: LightingModel) -> Double {
    let size = max(abs(contrast) - lighting.contrastThreshold, 0.1 * abs(contrast))
    return contrast < 0 ? -size : size
  }
}
