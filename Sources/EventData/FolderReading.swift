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
        try recordings[recording].contents(keptUpTo: reading.keptByteCount))
    }
  }
}

extension Recording {
  /// Maps the recording's file.
  ///
  /// - Parameter maximumByteCount: A file of up to this size stays in memory while it is used.
  /// - Throws: ``DataSetError`` when it cannot be opened, or its size has changed since its format
  ///   was determined; see ``RecordingFormat/fileByteCount``.
  package func contents(
    keptUpTo maximumByteCount: Int
  ) throws(DataSetError) -> RecordingContents {
    let file: MappedFile
    do throws(FileError) { file = try MappedFile(path) } catch { throw DataSetError(error) }
    if let expected = format.fileByteCount, file.byteCount != expected {
      throw DataSetError(
        path, .whole,
        "\(expected) bytes expected, as when its header was read, \(file.byteCount) found: the file "
          + "has changed")
    }
    return file.byteCount <= maximumByteCount
      ? .mappedAndKept(file, as: format) : .mapped(file, as: format)
  }

  /// Maps the recording's file.
  ///
  /// - Throws: ``DataSetError`` when it cannot be opened, or its size has changed since its format
  ///   was determined; see ``RecordingFormat/fileByteCount``.
  public func contents() throws(DataSetError) -> RecordingContents {
    try contents(keptUpTo: 0)
  }
}
