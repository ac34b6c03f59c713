internal import EventData

/// Divides the events of a file that has no packets into blocks.
enum EventBlocks {
  /// Size of a block in bytes: a multiple of every word's size, and with its events small enough
  /// for a processor's cache.
  static let byteCount = 1 << 14

  /// The block at a byte offset, up to 16 KiB; the last one may end within a word.
  ///
  /// - Returns: `nil` at the end of the file.
  static func packet(at byteOffset: Int, in bytes: RawSpan) -> EventPacket? {
    guard byteOffset < bytes.byteCount else { return nil }
    let end = min(bytes.byteCount, byteOffset + byteCount)
    return EventPacket(decoding: byteOffset..<end)
  }
}

extension EventPacket {
  /// The end of the packet's whole words; fewer bytes than a word may follow.
  func wordsEnd(wordByteCount: Int) -> Int {
    eventBytes.lowerBound + eventBytes.count / wordByteCount * wordByteCount
  }
}

/// The warning about bytes at the end of a file that are no whole word; `nil` without any.
func cutText(_ byteCount: Int, ofWordsOf wordByteCount: Int) -> String? {
  byteCount == 0
    ? nil
    : "the file ends within an event: \(wordByteCount) bytes expected, \(byteCount) left, which "
      + "are left out"
}
