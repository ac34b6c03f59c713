internal import FileAccess
internal import NumPyFiles
internal import Synchronization
internal import ZipArchives

/// The contents of an archive's deflated arrays.
final class InflatedContents: Sendable {
  /// By `EventValue`; `nil` for those that are stored.
  let arrays: [[UInt8]?]

  init(_ arrays: [[UInt8]?]) { self.arrays = arrays }
}

/// Inflates arrays once for several passes over a recording.
///
/// They live as long as a pass, and of the recording that was read last, until another is.
final class InflatedArrays: Sendable {
  private struct Reference { weak var contents: InflatedContents? }

  private let own = Mutex(Reference())
  private static let latest = Mutex<InflatedContents?>(nil)

  /// The contents of the arrays that are deflated.
  ///
  /// - Parameter bytes: The whole archive.
  /// - Throws: ``FileContentError`` if one is corrupt.
  func contents(
    _ arrays: [NumPyArchiveFormat.Member], _ bytes: RawSpan
  ) throws(FileContentError) -> InflatedContents {
    if let contents = own.withLock({ $0.contents }) { return contents }
    var contents: [[UInt8]?] = []
    for array in arrays {
      guard array.member.isDeflated else {
        contents.append(nil)
        continue
      }
      contents.append(
        try array.member.withContent(
          in: bytes, maximumByteCount: NumPyArchiveFormat.maximumInflatedByteCount
        ) { content throws(FileContentError) in content.copied() })
    }
    let result = InflatedContents(contents)
    own.withLock { $0.contents = result }
    if contents.contains(where: { $0 != nil }) { Self.latest.withLock { $0 = result } }
    return result
  }
}
