package import SystemPackage

/// A format whose packets can be read as they arrive, without what follows them.
package protocol StreamedFormat: RecordingFormat {
  /// Where the packets end, as the header says; `nil` if they end with the stream.
  var endByteOffset: Int? { get }

  /// Locates a packet of a stream of which only a part has arrived.
  ///
  /// - Parameters:
  ///   - byteOffset: Where the packet starts.
  ///   - bytes: What has arrived, from any packet on; offsets count from its start.
  ///   - isEnd: Whether nothing follows.
  ///   - path: The stream's name, for messages.
  /// - Returns: `nil` if more bytes are needed, or none is left. A format without packets gives all
  ///   events that have arrived completely.
  /// - Throws: ``DataSetError`` with the byte offset, for any defect of the packet.
  func arrivedPacket(
    at byteOffset: Int, in bytes: RawSpan, isEnd: Bool, _ path: FilePath
  ) throws(DataSetError) -> EventPacket?
}

extension StreamedFormat {
  /// `nil`: packets end with the stream.
  package var endByteOffset: Int? { nil }
}
