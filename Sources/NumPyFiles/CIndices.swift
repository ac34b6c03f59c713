/// The indices in C order of the elements of an array in Fortran order, one after another.
struct CIndices {
  private let shape: [Int]
  private let strides: [Int]
  private var indices: [Int]
  private var position = 0

  init(_ shape: [Int]) {
    self.shape = shape
    indices = Array(repeating: 0, count: shape.count)
    var strides: [Int] = []
    var stride = 1
    for extent in shape.reversed() {
      strides.append(stride)
      stride *= extent
    }
    self.strides = strides.reversed()
  }

  /// The index of the next element.
  mutating func next() -> Int {
    let current = position
    for axis in shape.indices {
      indices[axis] += 1
      position += strides[axis]
      if indices[axis] < shape[axis] { break }
      position -= indices[axis] * strides[axis]
      indices[axis] = 0
    }
    return current
  }
}
