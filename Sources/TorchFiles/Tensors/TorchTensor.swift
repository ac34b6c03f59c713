/// A tensor of a file of `torch.save`: a view of a storage, whose elements are read on demand.
package struct TorchTensor: Equatable, Sendable {
  /// The type of the elements.
  package let elementType: TorchElementType
  /// The length along each axis; empty for a scalar.
  package let shape: [Int]
  /// Elements of the storage from one index to the next, for each axis.
  let strides: [Int]
  /// The element of the storage with which the tensor begins.
  let offset: Int
  /// The name of the storage in the file.
  let storage: String

  /// The number of elements.
  package var elementCount: Int { shape.reduce(1, *) }

  /// The size of all elements in bytes.
  package var byteCount: Int { elementCount * elementType.byteCount }

  /// The largest number of axes.
  static let maximumAxisCount = 16

  /// Describes a view of a storage.
  ///
  /// - Parameters:
  ///   - elementCount: The number of elements of the storage.
  /// - Returns: `nil` if the view has elements outside of the storage, or two at one position: then
  ///   it could have more elements than the file has bytes.
  init?(
    _ elementType: TorchElementType, shape: [Int], strides: [Int], offset: Int, storage: String,
    elementCount: Int
  ) {
    guard shape.count == strides.count, shape.count <= Self.maximumAxisCount, offset >= 0,
      shape.allSatisfy({ $0 >= 0 }), strides.allSatisfy({ $0 >= 0 })
    else { return nil }
    if !shape.contains(0) {
      // From the shortest stride on, each must be longer than what the axes so far extend to.
      var extent = 1
      for axis in shape.indices.filter({ shape[$0] > 1 }).sorted(by: { strides[$0] < strides[$1] })
      {
        let (reach, overflows) = strides[axis].multipliedReportingOverflow(by: shape[axis] - 1)
        guard !overflows, strides[axis] >= extent, reach <= elementCount - extent else {
          return nil
        }
        extent += reach
      }
      guard extent <= elementCount, offset <= elementCount - extent else { return nil }
    }
    // Without an element, the product of the other extents must not overflow either.
    var product = 1
    for extent in shape where extent > 0 {
      let (next, overflows) = product.multipliedReportingOverflow(by: extent)
      guard !overflows, next <= 1 << 48 else { return nil }
      product = next
    }
    self.elementType = elementType
    self.shape = shape
    // Never taken along an axis of one element, where any number is allowed.
    self.strides = zip(shape, strides).map { $0 > 1 ? $1 : 0 }
    self.offset = offset
    self.storage = storage
  }

  /// Whether the elements lie one after another in the order of their indices.
  var isContiguous: Bool {
    var expected = 1
    for axis in shape.indices.reversed() {
      if shape[axis] > 1 && strides[axis] != expected { return false }
      expected *= max(1, shape[axis])
    }
    return true
  }

  /// Calls `body` with the index in the storage of each element, in the order of their indices.
  func forEachIndex(_ body: (Int) -> Void) {
    let count = elementCount
    guard count > 0, !isContiguous else {
      for index in 0..<count { body(offset + index) }
      return
    }
    var counters = [Int](repeating: 0, count: shape.count)
    var index = offset
    for _ in 0..<count {
      body(index)
      var axis = shape.count - 1
      while axis >= 0 {
        counters[axis] += 1
        index += strides[axis]
        if counters[axis] < shape[axis] { break }
        index -= strides[axis] * shape[axis]
        counters[axis] = 0
        axis -= 1
      }
    }
  }
}
