internal import NumPyFiles
internal import ZipArchives

/// An array of one value of all events, in an archive.
struct ArchivedColumn: Sendable {
  /// The array's file in the archive.
  let member: ZipMember
  /// How its integers are stored.
  let column: IntegerColumn
  /// Where the integers begin in the member's content.
  let dataOffset: Int

  /// Where the integer of an event begins in the member's content.
  func contentOffset(of event: Int) -> Int { dataOffset + column.byteOffset(of: event) }

  /// The bytes in the file of the integers of some events, of a stored array.
  func storedBytes(of events: Range<Int>) -> Range<Int> {
    let start = member.storedRange.lowerBound + contentOffset(of: events.lowerBound)
    return start..<start + column.byteCount(of: events.count)
  }
}
