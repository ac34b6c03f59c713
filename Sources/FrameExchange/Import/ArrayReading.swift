internal import FileAccess
internal import FrameCache
internal import NumPyFiles
internal import SystemPackage
internal import ZipArchives

/// Reads arrays of `.npy` and `.npz` files.
enum ArrayReading {
  /// Calls `body` with an array and its elements.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - member: The array's name in an archive; `nil` for a `.npy` file.
  ///   - maximumByteCount: The largest elements, of all together, that the caller can use.
  /// - Throws: ``FrameCacheError`` with the file and the place in it.
  static func withArray<Result>(
    _ path: FilePath, member: String?, maximumByteCount: Int,
    _ body: (ArrayHeader, RawSpan) throws(FileContentError) -> Result
  ) throws(FrameCacheError) -> Result {
    func array(_ bytes: RawSpan) throws(FileContentError) -> Result {
      let header = try ArrayHeader(bytes, fileByteCount: bytes.byteCount)
      guard header.dataByteCount <= maximumByteCount else {
        throw FileContentError(
          "", "at most \(maximumByteCount) bytes expected, \(header.dataByteCount) found")
      }
      return try body(header, bytes.extracting(droppingFirst: header.dataOffset))
    }
    return try read(path) { bytes throws(FileContentError) in
      guard let member else { return try array(bytes) }
      return try found(member, in: bytes)
        .withContent(in: bytes, maximumByteCount: maximumByteCount, array)
    }
  }

  /// The header of an array, without reading its elements.
  static func header(
    _ path: FilePath, member: String?
  ) throws(FrameCacheError) -> ArrayHeader {
    try read(path) { bytes throws(FileContentError) in
      guard let member else { return try ArrayHeader(bytes, fileByteCount: bytes.byteCount) }
      let found = try found(member, in: bytes)
      return try found.withStart(in: bytes, byteCount: ArrayHeader.maximumStartByteCount) {
        start throws(FileContentError) in
        try ArrayHeader(start, fileByteCount: found.byteCount)
      }
    }
  }

  private static func found(_ name: String, in bytes: RawSpan) throws(FileContentError) -> ZipMember
  {
    let directory = try ZipDirectory(bytes)
    guard let member = directory.member("\(name).npy") else {
      let names = directory.members.prefix(5).map(\.name).joined(separator: ", ")
      throw FileContentError(
        "", "an array '\(name)' expected, \(names.isEmpty ? "none" : names) found")
    }
    return member
  }

  private static func read<Result>(
    _ path: FilePath, _ body: (RawSpan) throws(FileContentError) -> Result
  ) throws(FrameCacheError) -> Result {
    let file: MappedFile
    do throws(FileError) { file = try MappedFile(path) } catch { throw FrameCacheError(error) }
    do throws(FileContentError) {
      let result = try file.withBytes(body)
      do throws(FileError) { try file.requireWhole() } catch { throw FileContentError(error) }
      return result
    } catch {
      throw FrameCacheError(path, error)
    }
  }
}

extension FrameCacheError {
  /// Adds the file to a defect.
  init(_ path: FilePath, _ error: FileContentError) {
    if let fileError = error.fileError {
      self.init(fileError)
    } else {
      self.init(.source, path, error.location, error.detail)
    }
  }
}
