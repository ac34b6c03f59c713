/// A position or shift in pixels, or a velocity in pixels a second; x to the right, y down.
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

  /// The vector rotated by a quarter turn, clockwise in the image.
  var perpendicular: Vector {
    Vector(x: -y, y: x)
  }

  /// The length; IEEE 754 specifies the rounding of square roots, so it is the same on every
  /// machine.
  var length: Double {
    (x * x + y * y).squareRoot()
  }

  /// The direction of the vector, of length 1 for long vectors and 0 for short ones.
  ///
  /// A limb that points at the camera has no direction in the image. Fading its direction out keeps
  /// the limb from spinning there, which would cause a burst of events.
  ///
  /// - Parameter fadeLength: The length, in pixels, at which the result has length 1/2.
  func direction(fadingBelow fadeLength: Double) -> Vector {
    self * (1 / (length + fadeLength))
  }
}
