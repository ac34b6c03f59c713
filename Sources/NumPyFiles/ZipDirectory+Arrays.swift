package import ZipArchives

extension ZipDirectory {
  /// Reads the directory of a `.npz` file.
  ///
  /// - Parameter bytes: The whole archive.
  /// - Throws: ``NumPyError`` if it is cut off, contradicts itself, or uses what is not read.
  package init(ofArrays bytes: RawSpan) throws(NumPyError) {
    do throws(ZipError) { try self.init(bytes) } catch { throw NumPyError(error) }
  }
}

extension ZipEncoder {
  /// Adds an array, as `numpy.savez` and `numpy.savez_compressed` do.
  ///
  /// - Parameters:
  ///   - name: Its name, without `.npy`.
  ///   - header: Its type and extents.
  ///   - data: Its elements.
  /// - Throws: ``NumPyError`` if the array or the archive would exceed 4 GiB.
  package mutating func add(
    _ name: String, _ header: ArrayHeader, _ data: [UInt8]
  ) throws(NumPyError) {
    precondition(data.count == header.dataByteCount, "\(data.count) bytes for \(header)")
    do throws(ZipError) { try add("\(name).npy", header.encoded + data) } catch {
      throw NumPyError(error)
    }
  }
}
