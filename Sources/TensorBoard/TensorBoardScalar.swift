/// A value with a tag, a point of one of TensorBoard's curves.
package struct TensorBoardScalar: Equatable, Sendable {
  /// The curve's name.
  package let tag: String
  /// The value.
  package let value: Float

  /// Creates a scalar.
  package init(_ tag: String, _ value: Float) {
    self.tag = tag
    self.value = value
  }
}
