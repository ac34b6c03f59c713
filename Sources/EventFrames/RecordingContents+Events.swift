public import EventData

extension RecordingContents {
  /// Reads the header, as a pass over the recording does first.
  ///
  /// - Throws: ``EventData/DataSetError`` with the byte offset, if it is not one of this format.
  public borrowing func loadedHeader() throws(DataSetError) -> RecordingHeader {
    try populate(0..<min(byteCount, PacketWalk.blockByteCount))
    return try withBytes { bytes throws(DataSetError) in try format.header(of: bytes, path) }
  }

  /// Calls `body` with the polarity events, piece after piece, in the order of the file.
  ///
  /// - Parameters:
  ///   - onProgress: Receives the number of bytes read since the last call; an error it throws ends
  ///     the pass.
  ///   - body: Receives the events of a packet, or of a part of one.
  /// - Throws: ``EventData/DataSetError`` for a defect, with its byte offset.
  public borrowing func forEachPiece(
    onProgress: (Int) throws(DataSetError) -> Void = { _ in },
    _ body: (borrowing PolarityEvents) throws(DataSetError) -> Void
  ) throws(DataSetError) {
    let header = try loadedHeader()
    _ = try PacketWalk.run(
      over: header.byteCount..<byteCount, of: self, source: header.source?.number,
      onBlock: { block throws(DataSetError) in try onProgress(block.byteCount) },
      { piece, events throws(DataSetError) in if piece.isPolarity { try body(events) } })
  }
}
