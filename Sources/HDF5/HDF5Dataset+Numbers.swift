internal import CHDF5

extension HDF5Dataset {
  /// Reads all numbers in row-major order, of any type, each rounded to the nearest
  /// `Float`.
  ///
  /// A scalar dataset (no axes) gives one number.
  ///
  /// - Parameter maximumCount: The maximum number of elements; more are an error, before memory is
  ///   allocated.
  /// - Throws: ``HDF5Error`` when the elements are not numbers or too many, or the content is
  ///   damaged.
  package borrowing func readFloats(maximumCount: Int) throws(HDF5Error) -> [Float] {
    var values = [Float](repeating: 0, count: try numberCount(maximumCount))
    guard !values.isEmpty else { return [] }
    // Safe: the call writes a number of four bytes for each element of the dataset, and the array
    // has that size.
    try check(
      unsafe H5Dread(
        handle.id, CHDF5_H5T_NATIVE_FLOAT(), wholeSpace, wholeSpace, defaultProperties, &values),
      "the dataset cannot be read", path)
    return values
  }

  /// Reads all numbers in row-major order, of any type, each rounded to the nearest
  /// `Double`.
  ///
  /// A scalar dataset (no axes) gives one number.
  ///
  /// - Parameter maximumCount: The maximum number of elements; more are an error, before memory is
  ///   allocated.
  /// - Throws: ``HDF5Error`` when the elements are not numbers or too many, or the content is
  ///   damaged.
  package borrowing func readDoubles(maximumCount: Int) throws(HDF5Error) -> [Double] {
    var values = [Double](repeating: 0, count: try numberCount(maximumCount))
    guard !values.isEmpty else { return [] }
    // Safe: the call writes a number of eight bytes for each element of the dataset, and the array
    // has that size.
    try check(
      unsafe H5Dread(
        handle.id, CHDF5_H5T_NATIVE_DOUBLE(), wholeSpace, wholeSpace, defaultProperties, &values),
      "the dataset cannot be read", path)
    return values
  }

  /// The number of elements in the dataset, which must be numbers.
  private borrowing func numberCount(_ maximumCount: Int) throws(HDF5Error) -> Int {
    let failure = "the dataset cannot be read"
    let type = try HDF5Handle(H5Dget_type(handle.id), failure, path)
    let typeClass = H5Tget_class(type.id)
    guard typeClass == H5T_FLOAT || typeClass == H5T_INTEGER else {
      throw HDF5Error(path, "numbers expected, another type found")
    }
    let space = try HDF5Handle(H5Dget_space(handle.id), failure, path)
    guard H5Sget_simple_extent_type(space.id) != H5S_NULL else { return 0 }
    return try checkedCount(maximumCount)
  }
}
