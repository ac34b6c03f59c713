internal import FileAccess
internal import Threads

extension EventDataSet {
  /// Calls `body` with each recording of a folder, mapped: implements ``forEachRecording(_:_:)``
  /// for such data sets.
  public func forEachFile(
    _ reading: RecordingReading, _ body: @escaping RecordingReading.Body
  ) throws(DataSetError) {
    let parts = readingOrder.flatMap { recording in
      (0..<reading.partCount(of: recording)).map { (recording: recording, part: $0) }
    }
    try forEachInParallel(
      count: parts.count, threadCount: reading.threadCount, onFailure: reading.onFailure
    ) { [recordings] (thread, number) throws(DataSetError) in
      let (recording, part) = parts[number]
      try body(
        RecordingPart(thread: thread, recording: recording, parts: part..<part + 1),
        try recordings[recording].contents())
    }
  }
}

extension Recording {
  /// Maps the recording's file.
  ///
  /// - Throws: ``DataSetError`` when it cannot be opened.
  public func contents() throws(DataSetError) -> RecordingContents {
    do throws(FileError) { return .mapped(try MappedFile(path), as: format) } catch {
      throw DataSetError(error)
    }
  }
}
