package import FileAccess
package import ZipArchives

extension ZipEncoder {
  /// Adds an array, as `numpy.savez` and `numpy.savez_compressed` do.
  ///
  /// - Parameters:
  ///   - name: Its name, without `.npy`.
  ///   - header: Its type and extents.
  ///   - data: Its elements.
  /// - Throws: ``FileContentError`` if the array or the archive would exceed 4 GiB.
  package mutating func add(
    _ name: String, _ header: ArrayHeader, _ data: [UInt8]
  ) throws(FileContentError) {
    precondition(data.count == header.dataByteCount, "\(data.count) bytes for \(header)")
    try add("\(name).npy", header.encoded + data)
  }
}
