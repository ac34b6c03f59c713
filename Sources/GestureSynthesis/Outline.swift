/// The closed outline of a part of the body, in the part's own coordinates.
///
/// A limb's `along` is 0 at its first joint and 1 at its second, independent of its length in the
/// image; all other lengths are in pixels.
struct Outline {
  private let shape: BodyPart.Shape
  private let centre: Vector
  private let halfAxes: Vector
  /// The fingers of a hand, as waves of its outline: their depth and phase.
  private let lobeDepth: Double
  private let lobePhase: Double
  /// Pixels per unit of `along`, for a limb of usual length.
  private let pixelsAlong: Double

  init(shape: BodyPart.Shape, scale: Double, random: inout Xoshiro256StarStar) {
    self.shape = shape
    switch shape {
    case .upperArm, .forearm:
      centre = Vector(x: 0.5, y: 0)
      halfAxes = Vector(x: 0.55, y: scale * random.uniform(in: 3.4...5))
      pixelsAlong = scale * 23
      lobeDepth = 0
    case .hand:
      centre = Vector(x: scale * 3, y: 0)
      halfAxes = Vector(
        x: scale * random.uniform(in: 6...8), y: scale * random.uniform(in: 4.2...6))
      pixelsAlong = 1
      lobeDepth = random.uniform(in: 0.1...0.25)
    case .head:
      centre = .zero
      halfAxes = Vector(
        x: scale * random.uniform(in: 7.5...9), y: scale * random.uniform(in: 9.5...11.5))
      pixelsAlong = 1
      lobeDepth = 0.03
    case .torso:
      // The hips are below the sensor's lower edge.
      centre = Vector(x: 0, y: scale * 38)
      halfAxes = Vector(
        x: scale * random.uniform(in: 15...19), y: scale * random.uniform(in: 42...46))
      pixelsAlong = 1
      lobeDepth = 0
    }
    lobePhase = random.uniform()
  }

  /// A position inside the outline, at an angle in turns; `depth` 0 is the middle, 1 the outline.
  func inside(turns: Double, depth: Double) -> Vector {
    let lobes = 1 + lobeDepth * sine(turns: 4 * turns + lobePhase)
    return Vector(
      x: centre.x + halfAxes.x * depth * lobes * widened(cosine(turns: turns)),
      y: centre.y + halfAxes.y * depth * lobes * widened(sine(turns: turns)))
  }

  /// `count` points of the outline, in order and evenly spaced in pixels.
  ///
  /// Each represents a piece of the outline of the same length.
  func points(count: Int, contrast: Double) -> [EdgeCloud.Point] {
    let stepCount = 1024
    var lengths = [0.0]
    for step in 1...stepCount {
      let change =
        inside(turns: Double(step) / Double(stepCount), depth: 1)
        - inside(turns: Double(step - 1) / Double(stepCount), depth: 1)
      lengths.append(lengths[step - 1] + pixels(change).length)
    }
    var step = 1
    return (0..<count).map { index in
      let length = lengths[stepCount] * (Double(index) + 0.5) / Double(count)
      while lengths[step] < length {
        step += 1
      }
      let fraction = (length - lengths[step - 1]) / (lengths[step] - lengths[step - 1])
      return point(turns: (Double(step - 1) + fraction) / Double(stepCount), contrast: contrast)
    }
  }

  /// The point of the outline at an angle in turns.
  private func point(turns: Double, contrast: Double) -> EdgeCloud.Point {
    let position = inside(turns: turns, depth: 1)
    let change =
      inside(turns: turns + 0x1p-12, depth: 1) - inside(turns: turns - 0x1p-12, depth: 1)
    let tangent = change * (1 / (pixels(change).length + 1e-12))
    return EdgeCloud.Point(
      along: position.x, across: position.y, tangentAlong: tangent.x, tangentAcross: tangent.y,
      contrast: contrast)
  }

  /// Converts a difference of positions from the part's own coordinates to pixels.
  private func pixels(_ difference: Vector) -> Vector {
    Vector(x: difference.x * pixelsAlong, y: difference.y)
  }

  /// Converts a difference of positions from pixels to the part's own coordinates.
  func local(_ difference: Vector) -> Vector {
    Vector(x: difference.x / pixelsAlong, y: difference.y)
  }

  /// Widens the sine or cosine of an ellipse: limbs and the torso are closer to rectangles.
  private func widened(_ value: Double) -> Double {
    switch shape {
    case .upperArm, .forearm, .torso: value * (1.5 - 0.5 * value * value)
    case .hand, .head: value
    }
  }
}
