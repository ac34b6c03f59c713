internal import CHDF5

/// Owns one open object of the library: a file, group, dataset, type or property list.
///
/// Debian's libhdf5 takes calls from any thread and runs one at a time. A build without thread
/// safety must only be called from one thread.
struct HDF5Handle: ~Copyable {
  let id: hid_t

  /// Takes ownership of an identifier that a call returned.
  ///
  /// - Throws: ``HDF5Error`` when the call failed.
  init(_ id: hid_t, _ action: String, _ object: String) throws(HDF5Error) {
    guard id >= 0 else { throw HDF5Error(failed: action, object) }
    self.id = id
  }

  deinit { H5Idec_ref(id) }
}

/// Creation properties without timestamps, so that the same content gives the same bytes.
///
/// - Parameter objectClass: The library's class of properties for such objects.
func timelessProperties(_ objectClass: hid_t, _ path: String) throws(HDF5Error) -> HDF5Handle {
  let properties = try HDF5Handle(
    H5Pcreate(objectClass), "no property list can be created", path)
  try check(
    H5Pset_obj_track_times(properties.id, false), "times cannot be switched off", path)
  return properties
}
