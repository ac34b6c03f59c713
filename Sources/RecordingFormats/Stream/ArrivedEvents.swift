package import EventData
internal import FileAccess
package import SystemPackage

/// Locates the events that have arrived of a stream without packets.
enum ArrivedEvents {
  /// All whole words from an offset on; `nil` without any.
  static func words(of wordByteCount: Int, at byteOffset: Int, in bytes: RawSpan) -> EventPacket? {
    let count = (bytes.byteCount - byteOffset) / wordByteCount * wordByteCount
    return count > 0 ? EventPacket(decoding: byteOffset..<byteOffset + count) : nil
  }

  /// All whole lines from an offset on, at the end of the stream also one without a line end; `nil`
  /// without any.
  static func lines(at byteOffset: Int, in bytes: RawSpan, isEnd: Bool) -> EventPacket? {
    var end = bytes.byteCount
    if !isEnd {
      while end > byteOffset, bytes.littleEndian(UInt8.self, at: end - 1) != UInt8(ascii: "\n") {
        end -= 1
      }
    }
    return end > byteOffset ? EventPacket(decoding: byteOffset..<end) : nil
  }
}

extension AEDAT2Format: StreamedFormat {
  /// All events that have arrived.
  package func arrivedPacket(
    at byteOffset: Int, in bytes: RawSpan, isEnd: Bool, _ path: FilePath
  ) throws(DataSetError) -> EventPacket? {
    ArrivedEvents.words(of: 8, at: byteOffset, in: bytes)
  }
}

extension DATFormat: StreamedFormat {
  /// All events that have arrived.
  package func arrivedPacket(
    at byteOffset: Int, in bytes: RawSpan, isEnd: Bool, _ path: FilePath
  ) throws(DataSetError) -> EventPacket? {
    ArrivedEvents.words(of: 8, at: byteOffset, in: bytes)
  }
}

extension EVTFormat: StreamedFormat {
  /// All words that have arrived.
  package func arrivedPacket(
    at byteOffset: Int, in bytes: RawSpan, isEnd: Bool, _ path: FilePath
  ) throws(DataSetError) -> EventPacket? {
    let wordByteCount =
      switch encoding {
      case .evt2: 4
      case .evt21: 8
      case .evt3: 2
      }
    return ArrivedEvents.words(of: wordByteCount, at: byteOffset, in: bytes)
  }
}

extension TextFormat: StreamedFormat {
  /// Maximum length of a line in bytes, the same as in a file.
  private static let maximumLineByteCount = 2 * EventBlocks.byteCount

  /// All lines that have arrived.
  package func arrivedPacket(
    at byteOffset: Int, in bytes: RawSpan, isEnd: Bool, _ path: FilePath
  ) throws(DataSetError) -> EventPacket? {
    if let lines = ArrivedEvents.lines(at: byteOffset, in: bytes, isEnd: isEnd) { return lines }
    guard bytes.byteCount - byteOffset <= Self.maximumLineByteCount else {
      throw DataSetError(
        path, .byte(byteOffset), "lines of four numbers expected, a longer one found")
    }
    return nil
  }
}
