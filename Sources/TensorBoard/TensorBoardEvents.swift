internal import FileAccess
package import SystemPackage

/// The records of an event file.
package struct TensorBoardEvents: Equatable, Sendable {
  /// The records, in the order of the file.
  package let events: [TensorBoardEvent]

  /// Size in bytes of an incomplete last record, left by a process that was killed while writing.
  package let unfinishedByteCount: Int

  /// Larger files are rejected; a scalar takes about 60 bytes.
  private static let maximumByteCount = 1 << 28

  /// Reads a file, without an incomplete last record.
  ///
  /// - Throws: ``TensorBoardError`` when the file cannot be read, or a whole record is damaged.
  package init(reading path: FilePath) throws(TensorBoardError) {
    let bytes: [UInt8]
    do throws(FileError) {
      bytes = try readSmallFile(path, maximumByteCount: Self.maximumByteCount)
    } catch {
      throw TensorBoardError(error)
    }
    try self.init(parsing: bytes, of: path)
  }

  /// As above, from the bytes of the file.
  init(parsing bytes: [UInt8], of path: FilePath) throws(TensorBoardError) {
    var events: [TensorBoardEvent] = []
    var byteOffset = 0
    scanning: while true {
      switch RecordFraming.record(in: bytes, at: byteOffset) {
      case .record(let content, let next):
        do throws(MalformedMessage) {
          events.append(try TensorBoardEvent(parsing: content))
        } catch {
          throw TensorBoardError(
            path, byteOffset: byteOffset, "an event expected, another record found")
        }
        byteOffset = next
      case .end: break scanning
      case .damage(let detail): throw TensorBoardError(path, byteOffset: byteOffset, detail)
      }
    }
    if let first = events.first {
      guard case .fileVersion(let version) = first.content, version.hasPrefix("brain.Event:") else {
        throw TensorBoardError(
          path, byteOffset: 0, "an event with the file's version expected first")
      }
    }
    self.events = events
    unfinishedByteCount = bytes.count - byteOffset
  }
}
