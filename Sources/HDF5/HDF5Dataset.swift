internal import CHDF5

/// A dataset, open in a file.
package struct HDF5Dataset: ~Copyable {
  let handle: HDF5Handle

  /// The dataset's path in the file.
  package let path: String

  /// Its length along each axis.
  package let extents: [Int]

  init(_ handle: consuming HDF5Handle, path: String) throws(HDF5Error) {
    let space = try HDF5Handle(H5Dget_space(handle.id), "the dataset cannot be read", path)
    let rank = H5Sget_simple_extent_ndims(space.id)
    guard (0...32).contains(rank) else {
      throw HDF5Error(path, "at most 32 axes expected, \(rank) found")
    }
    var extents = [hsize_t](repeating: 0, count: Int(rank))
    unsafe try check(
      H5Sget_simple_extent_dims(space.id, &extents, nil), "the dataset cannot be read", path)
    self.handle = handle
    self.path = path
    self.extents = extents.map { Int(clamping: $0) }
  }

  /// The number of elements; `nil` if it overflows.
  package var elementCount: Int? {
    var count = 1
    for extent in extents {
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      if overflow { return nil }
      count = product
    }
    return count
  }

  /// Checks the lengths of all axes.
  ///
  /// - Throws: ``HDF5Error`` when they differ.
  package func requireExtents(_ expected: [Int]) throws(HDF5Error) {
    guard extents == expected else {
      throw HDF5Error(path, "extents \(expected) expected, \(extents) found")
    }
  }

  /// Whether the elements are of this type.
  package borrowing func holds<Value: HDF5Element>(_ type: Value.Type) -> Bool {
    guard let found = try? HDF5Handle(H5Dget_type(handle.id), "", path) else { return false }
    return H5Tequal(found.id, Value.hdf5Type.id) > 0
  }

  /// Reads all numbers, in row-major order.
  ///
  /// - Parameter maximumCount: The maximum number of elements; more are an error, before memory is
  ///   allocated.
  /// - Throws: ``HDF5Error`` when the type or number is wrong, or the content is damaged.
  package borrowing func read<Value: HDF5Element>(
    as type: Value.Type, maximumCount: Int
  ) throws(HDF5Error) -> [Value] {
    let found = try HDF5Handle(H5Dget_type(handle.id), "the dataset cannot be read", path)
    try requireInteger(found.id, Value.self, path)
    var values = [Value](repeating: 0, count: try checkedCount(maximumCount))
    guard !values.isEmpty else { return [] }
    // Safe: the call writes a number for each element of the dataset, and the array has that size.
    try check(
      unsafe H5Dread(
        handle.id, Value.hdf5Type.id, wholeSpace, wholeSpace, defaultProperties, &values),
      "the dataset cannot be read", path)
    return values.map { Value(littleEndian: $0) }
  }

  /// Reads all texts.
  ///
  /// - Parameter maximumCount: The maximum total length in bytes; more is an error, before memory
  ///   is allocated.
  /// - Throws: ``HDF5Error`` when the type or number is wrong, or the content is damaged.
  package borrowing func readStrings(maximumCount: Int) throws(HDF5Error) -> [String] {
    let type = try HDF5Handle(H5Dget_type(handle.id), "the dataset cannot be read", path)
    let length = try StringBlock.length(of: type.id, path)
    let count = try checkedCount(maximumCount / length)
    guard count > 0 else { return [] }
    var bytes = [UInt8](repeating: 0, count: count * length)
    // Safe: the call writes `count` texts of `length` bytes.
    try check(
      unsafe H5Dread(handle.id, type.id, wholeSpace, wholeSpace, defaultProperties, &bytes),
      "the dataset cannot be read", path)
    return StringBlock.strings(bytes, length: length, count: count)
  }

  func checkedCount(_ maximumCount: Int) throws(HDF5Error) -> Int {
    guard let count = elementCount, count <= maximumCount else {
      throw HDF5Error(path, "extents \(extents) do not fit in the file")
    }
    return count
  }
}
