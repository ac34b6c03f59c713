internal import AEDAT
internal import EventData
internal import SystemPackage

/// A recording of an archive in memory, until its last part has been processed.
final class HeldRecording: @unchecked Sendable {
  /// Its path in the archive.
  let path: FilePath
  /// Its number in the archive.
  let number: Int
  let byteCount: Int
  // Guarded by the lock of `ArchivePass`.
  private(set) var bytes: [UInt8]
  /// The number of parts that have not been processed.
  var remainingPartCount = 0

  init(_ path: FilePath, number: Int, _ bytes: [UInt8]) {
    self.path = path
    self.number = number
    self.bytes = bytes
    byteCount = bytes.count
  }

  /// Gives the memory up, for another recording.
  func release() -> [UInt8] {
    defer { bytes = [] }
    return bytes
  }
}
