/// The edges of one part of the body, as points that an event may come from.
///
/// Every edge is a step in brightness, with the same sign all round a closed outline. An outline
/// that passes over a pixel therefore makes it brighter and darker again: over a whole turn of an
/// arm, a pixel gets as many ON as OFF events, in both directions of the turn, as with a real
/// sensor.
struct EdgeCloud: Equatable, Sendable {
  /// A short piece of an edge, in the part's own coordinates (see ``PartFrame``).
  struct Point: Equatable, Sendable {
    /// The position along and across the part.
    let along: Double
    let across: Double
    /// The piece as a vector, 1 pixel long in a part of usual length; the inside of the part is on
    /// its right, as seen in the image.
    let tangentAlong: Double
    let tangentAcross: Double
    /// The step of brightness from outside to inside, -1 … 1.
    let contrast: Double
  }

  /// The number of points of a part: a power of 2, so that 8 random bits choose one.
  static let pointCount = 256

  /// Half the side of a spot, in pixels.
  private static let spotHalfSide = 1.0

  let points: [Point]

  init(of part: BodyPart, scale: Double, wardrobe: Wardrobe, random: inout Xoshiro256StarStar) {
    let isSkin = wardrobe.isSkin(part)
    let contrast = isSkin ? wardrobe.skinContrast : wardrobe.sleeveContrast
    let textureFraction = isSkin ? 0.25 : wardrobe.textureFraction
    let outline = Outline(shape: part.shape, scale: scale, random: &random)
    let spotCount = Int(textureFraction * 0.25 * Double(Self.pointCount))
    var points = outline.points(count: Self.pointCount - 4 * spotCount, contrast: contrast)
    for _ in 0..<spotCount {
      points.append(contentsOf: Self.spot(inside: outline, contrast: contrast, random: &random))
    }
    self.points = points
  }

  /// The four sides of a small square inside an outline: a print, a button, a shadow of a fold.
  private static func spot(
    inside outline: Outline, contrast: Double, random: inout Xoshiro256StarStar
  ) -> [Point] {
    let middle = outline.inside(
      turns: random.uniform(), depth: random.uniform().squareRoot() * 0.85)
    let turns = random.uniform()
    let signed = random.uniform(in: 0.6...1) * (random.chance(0.5) ? contrast : -contrast)
    return (0..<4).map { side in
      let angle = turns + 0.25 * Double(side)
      let outwards = Vector(x: cosine(turns: angle), y: sine(turns: angle))
      let shift = outline.local(outwards * spotHalfSide)
      let tangent = outline.local(outwards.perpendicular)
      return Point(
        along: middle.x + shift.x, across: middle.y + shift.y, tangentAlong: tangent.x,
        tangentAcross: tangent.y, contrast: signed)
    }
  }
}
