import EventData
import GestureDataSet
import Support
import SystemPackage
import Testing
import Threads

/// The recordings read so far, by the index of their trial.
final class ReadRecordings: @unchecked Sendable {
  private let lock = Lock()
  private var contents: [Int: [UInt8]] = [:]

  /// Reads every recording of a data set, and checks that each is delivered once, with its name.
  static func all(
    of dataSet: GestureDataSet, threadCount: Int
  ) throws(DataSetError) -> [Int: [UInt8]] {
    let read = ReadRecordings()
    try dataSet.forEachRecording(threadCount: threadCount) {
      (part, recording) throws(DataSetError) in
      try recording.populate(0..<recording.byteCount)
      let bytes = try recording.withBytes { bytes throws(DataSetError) in [UInt8](copying: bytes) }
      recording.release(0..<recording.byteCount)
      #expect(bytes.count == recording.byteCount)
      #expect(recording.path == dataSet.recordings[part.recording].path)
      read.lock.withLock {
        #expect(read.contents.updateValue(bytes, forKey: part.recording) == nil)
      }
    }
    return read.contents
  }
}
