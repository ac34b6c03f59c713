internal import FileAccess

/// An HDF5 file in memory, in the subset that the writer of frame caches uses; other features are
/// rejected.
///
/// The bytes may be damaged or hostile. Only requested blocks are read, each block's checksum is
/// verified, and the file's size bounds the memory.
///
/// Source: The HDF Group, "HDF5 File Format Specification Version 3.0".
package struct HDF5View: ~Escapable {
  /// The file, up to the end that its superblock declares.
  let bytes: RawSpan

  private let rootAddress: UInt64

  /// The address of a block that does not exist.
  static let undefinedAddress = UInt64.max

  private static let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]
  private static let superblockByteCount = 48

  /// Reads the superblock.
  ///
  /// - Parameter bytes: The whole file.
  /// - Throws: ``HDF5ReadingError`` when it is not an HDF5 file, is truncated, or has an
  ///   unsupported format.
  @_lifetime(copy bytes)
  package init(_ bytes: RawSpan) throws(HDF5ReadingError) {
    var reader = FieldReader(
      bytes.extracting(first: Self.superblockByteCount),
      BlockLocation(object: "/", name: "superblock", byteOffset: 0))
    func fail(_ code: HDF5ReadingError.Code, _ detail: String) -> HDF5ReadingError {
      HDF5ReadingError(code, "/", "the file cannot be read as HDF5: \(detail)")
    }
    guard bytes.byteCount > Self.signature.count,
      try reader.matches(Self.signature, byteCount: Self.signature.count)
    else { throw fail(.damaged, "it does not begin as an HDF5 file") }
    let version = try reader.byte()
    guard (2...3).contains(version) else {
      throw fail(.outsideSubset, "superblock version \(version) is not supported")
    }
    guard bytes.byteCount >= Self.superblockByteCount else {
      throw fail(
        .damaged,
        "\(Self.superblockByteCount) bytes of superblock expected, \(bytes.byteCount) found")
    }
    let stored = bytes.littleEndian(UInt32.self, at: Self.superblockByteCount - 4)
    guard lookup3(bytes.extracting(first: Self.superblockByteCount - 4)) == stored else {
      throw fail(.damaged, "the superblock's checksum is wrong")
    }
    let (offsetByteCount, lengthByteCount) = (try reader.byte(), try reader.byte())
    guard offsetByteCount == 8, lengthByteCount == 8 else {
      throw fail(
        .outsideSubset,
        "addresses of \(offsetByteCount) and lengths of \(lengthByteCount) bytes are not supported")
    }
    guard try reader.byte() == 0 else { throw fail(.damaged, "its writer did not close it") }
    guard try reader.integer(UInt64.self) == 0 else {
      throw fail(.outsideSubset, "a base address is not supported")
    }
    guard try reader.integer(UInt64.self) == Self.undefinedAddress else {
      throw fail(.outsideSubset, "a superblock extension is not supported")
    }
    let end = try reader.integer(UInt64.self)
    guard end <= UInt64(bytes.byteCount) else {
      throw fail(.damaged, "\(end) bytes expected, \(bytes.byteCount) found")
    }
    rootAddress = try reader.integer()
    self.bytes = bytes.extracting(first: Int(end))
  }

  /// The root group.
  package var root: HDF5GroupView {
    @_lifetime(copy self) get throws(HDF5ReadingError) {
      try HDF5GroupView(self, at: rootAddress, path: "/")
    }
  }
}
