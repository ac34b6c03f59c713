internal import CHDF5

/// Reads datasets of other programs, with any type and storage layout.
extension HDF5Dataset {
  /// Checks that the file itself contains all elements: none is missing or stored in another file.
  ///
  /// - Throws: ``HDF5Error``.
  package borrowing func requireWholeContent() throws(HDF5Error) {
    let failure = "the dataset cannot be read"
    let properties = try HDF5Handle(H5Dget_create_plist(handle.id), failure, path)
    let layout = H5Pget_layout(properties.id)
    guard [H5D_COMPACT, H5D_CONTIGUOUS, H5D_CHUNKED].contains(layout),
      H5Pget_external_count(properties.id) == 0
    else { throw HDF5Error(path, "content in this file expected, in another file found") }
    guard let count = elementCount, count > 0 else { return }
    let isWhole: Bool
    if layout == H5D_CHUNKED {
      var expected: hsize_t = 1
      for (extent, chunk) in zip(extents, try chunkExtents()) {
        // Neither product exceeds that of the extents.
        expected *= hsize_t((extent - 1) / chunk + 1)
      }
      var found: hsize_t = 0
      let space = try HDF5Handle(H5Dget_space(handle.id), failure, path)
      // Safe: the call writes one number.
      try check(unsafe H5Dget_num_chunks(handle.id, space.id, &found), failure, path)
      isWhole = found == expected
    } else {
      var status = H5D_SPACE_STATUS_NOT_ALLOCATED
      // Safe: the call writes one value.
      try check(unsafe H5Dget_space_status(handle.id, &status), failure, path)
      isWhole = status == H5D_SPACE_STATUS_ALLOCATED
    }
    guard isWhole else { throw HDF5Error(path, "some elements were never written") }
  }

  /// The size of an element in bytes, and whether it is signed; the elements must be integers of at
  /// most 8 bytes.
  ///
  /// - Throws: ``HDF5Error`` if the elements have another type.
  package borrowing func integerFormat() throws(HDF5Error) -> (byteCount: Int, isSigned: Bool) {
    let type = try HDF5Handle(H5Dget_type(handle.id), "the dataset cannot be read", path)
    let byteCount = H5Tget_size(type.id)
    let typeClass = H5Tget_class(type.id)
    guard typeClass == H5T_INTEGER, (1...8).contains(byteCount) else {
      let found =
        switch typeClass {
        case H5T_FLOAT: "floating-point numbers found: store them as integers"
        case H5T_STRING: "texts found"
        default: "another type found"
        }
      throw HDF5Error(path, "integers of 1 to 8 bytes expected, \(found)")
    }
    return (byteCount, H5Tget_sign(type.id) == H5T_SGN_2)
  }

  /// Reads all integers in row-major order, with any width and byte order.
  ///
  /// - Parameter maximumCount: The maximum number of elements; more are an error, before memory is
  ///   allocated.
  /// - Throws: ``HDF5Error`` when one does not fit, the elements are not integers, or the content
  ///   is damaged.
  package borrowing func readIntegers<Value: HDF5Element>(
    as type: Value.Type, maximumCount: Int
  ) throws(HDF5Error) -> [Value] {
    let count = try checkedCount(maximumCount)
    if try integerFormat().isSigned {
      var values = [Int64](repeating: 0, count: count)
      try read(CHDF5_H5T_NATIVE_INT64(), into: &values)
      return try exactly(values)
    }
    var values = [UInt64](repeating: 0, count: count)
    try read(CHDF5_H5T_NATIVE_UINT64(), into: &values)
    return try exactly(values)
  }

  /// Reads rows along the first axis as integers of four bytes; a value out of range is clamped.
  ///
  /// - Parameters:
  ///   - rows: The rows, which must exist.
  ///   - values: Receives the elements of the rows; must have exactly their number.
  /// - Throws: ``HDF5Error`` when the content is damaged.
  package borrowing func readRows(
    _ rows: Range<Int>, into values: inout [Int32]
  ) throws(HDF5Error) {
    let failure = "the dataset cannot be read"
    var start = extents.map { _ in hsize_t(0) }
    start[0] = hsize_t(rows.lowerBound)
    let lengths = ([rows.count] + extents.dropFirst()).map { hsize_t($0) }
    precondition(lengths.reduce(1, *) == values.count, "\(values.count) values for \(lengths)")
    let inFile = try HDF5Handle(H5Dget_space(handle.id), failure, path)
    // Safe: the call reads a number for each axis from each array.
    try check(
      unsafe H5Sselect_hyperslab(inFile.id, H5S_SELECT_SET, start, nil, lengths, nil), failure,
      path)
    let inMemory = try HDF5Handle(
      unsafe H5Screate_simple(Int32(lengths.count), lengths, nil), failure, path)
    // Safe: the call writes one number of four bytes for each element of the array.
    try check(
      unsafe H5Dread(
        handle.id, CHDF5_H5T_NATIVE_INT32(), inMemory.id, inFile.id, defaultProperties, &values),
      failure, path)
  }

  /// Reads all texts, of fixed or variable length, however they are padded.
  ///
  /// - Parameter maximumByteCount: The maximum size; more is an error, before memory is allocated.
  /// - Throws: ``HDF5Error`` if the elements are not texts, or the content is damaged.
  package borrowing func readTexts(maximumByteCount: Int) throws(HDF5Error) -> [String] {
    let failure = "the dataset cannot be read"
    let type = try HDF5Handle(H5Dget_type(handle.id), failure, path)
    guard H5Tis_variable_str(type.id) > 0 else {
      let length = try StringBlock.length(of: type.id, path)
      let count = try checkedCount(maximumByteCount / length)
      var bytes = [UInt8](repeating: 0, count: count * length)
      try read(type.id, into: &bytes)
      return StringBlock.strings(
        bytes, length: length, count: count,
        arePaddedWithSpaces: StringBlock.isPaddedWithSpaces(type.id))
    }
    let count = try checkedCount(maximumByteCount / MemoryLayout<UInt>.size)
    guard count > 0 else { return [] }
    let inMemory = try HDF5Handle(H5Tcopy(CHDF5_H5T_C_S1()), failure, path)
    try check(H5Tset_size(inMemory.id, CHDF5_H5T_VARIABLE()), failure, path)
    try check(H5Tset_cset(inMemory.id, H5Tget_cset(type.id)), failure, path)
    let space = try HDF5Handle(H5Dget_space(handle.id), failure, path)
    var pointers = unsafe [UnsafeMutablePointer<CChar>?](repeating: nil, count: count)
    // Safe: the call writes `count` pointers to zero-terminated texts, which the caller must free.
    try check(
      unsafe H5Dread(
        handle.id, inMemory.id, wholeSpace, wholeSpace, defaultProperties, &pointers),
      failure, path)
    let result = unsafe pointers.map { pointer in
      // Safe: an empty text may be a null pointer; others are valid until they are freed below.
      unsafe pointer.map { unsafe String(cString: $0) } ?? ""
    }
    // Safe: the pointers, type and extent are those of the call above; none is used again.
    unsafe H5Dvlen_reclaim(inMemory.id, space.id, defaultProperties, &pointers)
    guard result.allSatisfy({ $0.utf8.count <= StringBlock.maximumLength }) else {
      throw HDF5Error(path, "texts of at most \(StringBlock.maximumLength) bytes expected")
    }
    return result
  }

  private borrowing func read<Value: BitwiseCopyable>(
    _ type: hid_t, into values: inout [Value]
  ) throws(HDF5Error) {
    guard !values.isEmpty else { return }
    // Safe: callers pass an array with one element of the type for each element of the dataset.
    try check(
      unsafe H5Dread(handle.id, type, wholeSpace, wholeSpace, defaultProperties, &values),
      "the dataset cannot be read", path)
  }

  private func exactly<Found: FixedWidthInteger, Value: HDF5Element>(
    _ values: [Found]
  ) throws(HDF5Error) -> [Value] {
    var result: [Value] = []
    result.reserveCapacity(values.count)
    for value in values {
      guard let exact = Value(exactly: value) else {
        throw HDF5Error(path, "values of \(Value.hdf5Name) expected, \(value) found")
      }
      result.append(exact)
    }
    return result
  }
}
