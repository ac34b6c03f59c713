public import EventData

/// The time of the first polarity event of a recording, in the order of the file.
///
/// Only the start of the recording is read.
///
/// - Parameter recording: The recording.
/// - Returns: Microseconds of the recording's clock; `nil` without events.
/// - Throws: ``EventData/DataSetError`` for a defect before that event, with its byte offset.
public func firstEventMicroseconds(
  of recording: borrowing RecordingContents
) throws(DataSetError) -> Int64? {
  var first: Int64?
  do throws(DataSetError) {
    try recording.forEachPiece { events throws(DataSetError) in
      guard events.count > 0 else { return }
      events.forEach(in: 0..<1) { first = $0.timestampMicroseconds }
      // Ends the pass.
      throw DataSetError.cancelled(recording.path)
    }
  } catch {
    if first == nil { throw error }
  }
  return first
}
