internal import CHDF5

/// A filter as the library calls it.
///
/// Its arguments are flags, the number of values, the values, the number of bytes in the buffer,
/// the buffer's size, and the buffer. It returns the number of output bytes, in a buffer from
/// `malloc`, or 0 if it failed.
package typealias HDF5FilterFunction =
  @convention(c) (
    UInt32, Int, UnsafePointer<UInt32>?, Int, UnsafeMutablePointer<Int>?,
    UnsafeMutablePointer<UnsafeMutableRawPointer?>?
  ) -> Int

/// Registers the number of a filter that this process runs itself, outside the library; a filter
/// that is already registered is kept.
///
/// - Throws: ``HDF5Error``.
package func registerExternalFilter(number: Int, name: StaticString) throws(HDF5Error) {
  prepareLibrary()
  if H5Zfilter_avail(H5Z_filter_t(number)) > 0 { return }
  // Safe: a static text ends with a zero and lives for ever, as the library asks.
  let result = name.withUTF8Buffer { buffer in
    unsafe buffer.withMemoryRebound(to: CChar.self) {
      unsafe CHDF5_register_external_filter(Int32(number), $0.baseAddress)
    }
  }
  try check(result, "the filter \(number) cannot be registered", "/")
}

/// Registers a filter that the library runs by calling the caller's function.
///
/// - Throws: ``HDF5Error``.
package func registerFilter(
  number: Int, name: StaticString, _ function: @escaping HDF5FilterFunction
) throws(HDF5Error) {
  prepareLibrary()
  // Safe: as above.
  let result = name.withUTF8Buffer { buffer in
    unsafe buffer.withMemoryRebound(to: CChar.self) {
      unsafe CHDF5_register_filter(Int32(number), $0.baseAddress, function)
    }
  }
  try check(result, "the filter \(number) cannot be registered", "/")
}
