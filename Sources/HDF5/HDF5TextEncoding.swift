/// The declared encoding of a text.
package enum HDF5TextEncoding: Sendable {
  /// ASCII.
  case ascii
  /// UTF-8.
  case utf8
}
