internal import SystemPackage

/// The type of counts in memory that a caller provides.
package enum BatchElementType: Sendable {
  case uint8
  case uint16
  case float32

  /// Bytes per count.
  package var byteCount: Int {
    switch self {
    case .uint8: 1
    case .uint16: 2
    case .float32: 4
    }
  }

  /// Throws if counts of a cache do not fit.
  func require(_ cache: FrameCache) throws(FrameCacheError) {
    guard self == .uint8, cache.elementType != .uint8 else { return }
    throw FrameCacheError(
      .content, cache.path, "",
      "counts of at most 255 expected for uint8, larger ones found: use uint16 or float32")
  }

  /// Throws if memory is too small or not aligned.
  func require(
    _ byteCount: Int, of memory: UnsafeMutableRawBufferPointer, for what: String, _ path: FilePath
  ) throws(FrameCacheError) {
    let isAligned = UInt(bitPattern: memory.baseAddress).isMultiple(of: UInt(self.byteCount))
    guard memory.count < byteCount || !isAligned else { return }
    throw FrameCacheError(
      .content, path, "",
      "memory of \(byteCount) bytes expected for \(what), at a multiple of \(self.byteCount), "
        + "\(memory.count) bytes found")
  }
}
