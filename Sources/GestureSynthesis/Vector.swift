/// A place, shift or speed in the image: pixels, or pixels a second; x to the right, y down.
struct Vector: Equatable, Sendable {
  var x: Double
  var y: Double

  static let zero = Vector(x: 0, y: 0)

  init(x: Double, y: Double) {
    self.x = x
    self.y = y
  }

  static func + (left: Vector, right: Vector) -> Vector {
    Vector(x: left.x + right.x, y: left.y + right.y)
  }

  static func - (left: Vector, right: Vector) -> Vector {
    Vector(x: left.x - right.x, y: left.y - right.y)
  }

  static func * (left: Vector, right: Double) -> Vector {
    Vector(x: left.x * right, y: left.y * right)
  }

  /// The same vector turned by a quarter turn.
  var perpendicular: Vector {
    Vector(x: -y, y: x)
  }

  /// The length; a square root is exactly rounded in IEEE 754, so it is the same everywhere.
  var length: Double {
    (x * x + y * y).squareRoot()
  }

  /// The direction of the vector, shorter than 1 where the vector itself is short.
  ///
  /// A limb that points at the camera has no direction in the image. Fading it out there keeps the
  /// limb from spinning, which would give a burst of events.
  func direction(fadingBelow fadeLength: Double) -> Vector {
    self * (1 / (length + fadeLength))
  }
}
