internal import CHDF5

/// Checks the result of a call, which is negative if it failed.
@discardableResult
func check<Result: SignedInteger>(
  _ result: Result, _ action: String, _ object: String
) throws(HDF5Error) -> Result {
  guard result >= 0 else { throw HDF5Error(failed: action, object) }
  return result
}

/// The library's default properties.
let defaultProperties = hid_t(H5P_DEFAULT)

/// All elements of a dataset.
let wholeSpace = hid_t(H5S_ALL)

/// Prepares the library: no messages of its own on stderr, and no work at the end of the process,
/// when the library would retry a file that could not be written.
func prepareLibrary() {
  _ = libraryIsOpen
  // Each thread has its own setting.
  H5Eset_auto2(hid_t(H5E_DEFAULT), nil, nil)
}

private let libraryIsOpen: Bool = {
  H5dont_atexit()
  return H5open() >= 0
}()
