/// The edges of one part of the body, as points that an event may come from.
///
/// Every edge stands for a step in brightness, of one sign all round a closed outline and on both
/// sides of a fold. What passes a pixel therefore makes it brighter and darker again, and over a
/// whole turn of an arm a pixel gets as many ON as OFF events, in both directions of the turn, as
/// with a real sensor. That needs points at even distances.
struct EdgeCloud: Equatable, Sendable {
  /// A point of an edge, in the part's own coordinates (see ``PartFrame``).
  struct Point: Equatable, Sendable {
    /// Place along and across the part.
    let along: Double
    let across: Double
    /// Unit vector across the edge, away from the inside.
    let normalAlong: Double
    let normalAcross: Double
    /// Step of brightness from outside to inside, -1 … 1.
    let contrast: Double
  }

  /// Base-2 logarithm of the number of points: a point is chosen by that many random bits.
  static let pointCountBits: UInt64 = 8
  static let pointCount = 1 << Int(pointCountBits)

  /// Half the distance of the two sides of a fold or stripe, in pixels.
  private static let foldHalfWidth = 1.0

  let points: [Point]

  init(of part: BodyPart, scale: Double, wardrobe: Wardrobe, random: inout Xoshiro256StarStar) {
    let isSkin = wardrobe.isSkin(part)
    let contrast = isSkin ? wardrobe.skinContrast : wardrobe.sleeveContrast
    let textureShare = isSkin ? 0.25 : wardrobe.textureShare
    let outline = Outline(shape: part.shape, scale: scale, random: &random)
    let foldCount = Int(textureShare * 0.5 * Double(Self.pointCount))
    var points = outline.points(count: Self.pointCount - 2 * foldCount, contrast: contrast)
    for _ in 0..<foldCount {
      points.append(contentsOf: Self.fold(inside: outline, contrast: contrast, random: &random))
    }
    self.points = points
  }

  /// The two sides of a short bar of any brightness and direction inside an outline.
  private static func fold(
    inside outline: Outline, contrast: Double, random: inout Xoshiro256StarStar
  ) -> [Point] {
    let place = outline.inside(
      turns: random.uniform(), depth: random.uniform().squareRoot() * 0.85)
    let turns = random.uniform()
    let normal = outline.localDirection(turns: turns)
    let signed = random.uniform(in: 0.6...1) * (random.chance(0.5) ? contrast : -contrast)
    return [1.0, -1.0].map { side in
      let shift = outline.localOffset(normal: normal, pixels: side * foldHalfWidth)
      return Point(
        along: place.x + shift.x, across: place.y + shift.y, normalAlong: side * normal.x,
        normalAcross: side * normal.y, contrast: signed)
    }
  }
}
