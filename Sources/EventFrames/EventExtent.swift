public import EventData

/// The size of the smallest sensor that contains all valid events of a recording; 0×0 without
/// events.
///
/// - Parameters:
///   - recording: The recording.
///   - onProgress: Receives the number of bytes read since the last call; an error it throws ends
///     the pass.
/// - Throws: ``EventData/DataSetError`` for a defect, with its byte offset.
public func eventExtent(
  of recording: borrowing RecordingContents,
  onProgress: (Int) throws(DataSetError) -> Void = { _ in }
) throws(DataSetError) -> (width: Int, height: Int) {
  var (width, height) = (0, 0)
  try recording.forEachPiece(onProgress: onProgress) { events throws(DataSetError) in
    events.forEach(in: 0..<events.count) { event in
      guard event.isValid else { return }
      width = max(width, event.x + 1)
      height = max(height, event.y + 1)
    }
  }
  return (width, height)
}
