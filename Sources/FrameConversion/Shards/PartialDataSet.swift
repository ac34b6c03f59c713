internal import EventData
internal import FileAccess
internal import SystemPackage

/// Some recordings of a data set.
struct PartialDataSet: EventDataSet {
  private let whole: any EventDataSet
  /// The indices of the recordings in the whole data set, in increasing order.
  let numbers: [Int]
  let recordings: [Recording]
  let readingOrder: [Int]
  /// For each recording of the whole data set, its index here; `nil` for the others.
  private let indices: [Int?]

  init(_ whole: any EventDataSet, _ numbers: [Int]) {
    self.whole = whole
    self.numbers = numbers
    recordings = numbers.map { whole.recordings[$0] }
    var indices = [Int?](repeating: nil, count: whole.recordings.count)
    for (index, number) in numbers.enumerated() { indices[number] = index }
    self.indices = indices
    readingOrder = whole.readingOrder.compactMap { indices[$0] }
  }

  var path: FilePath { whole.path }
  var schema: DataSetSchema { whole.schema }
  var files: DataSetFiles { whole.files }
  var warnings: [DataSetWarning] { whole.warnings }
  var isSensorNamed: Bool { whole.isSensorNamed }
  var unpackSeconds: Double { whole.unpackSeconds }

  func recordingIdentities() throws(DataSetError) -> [FileIdentity] {
    let identities = try whole.recordingIdentities()
    return numbers.map { identities[$0] }
  }

  func forEachRecording(
    _ reading: RecordingReading, _ body: @escaping RecordingReading.Body
  ) throws(DataSetError) {
    var partCounts = [Int](repeating: 0, count: indices.count)
    for (index, number) in numbers.enumerated() {
      partCounts[number] = reading.partCount(of: index)
    }
    var partial = reading
    partial.partCounts = partCounts
    try whole.forEachRecording(partial) { [indices] (part, recording) throws(DataSetError) in
      guard let index = indices[part.recording] else { return }
      try body(
        RecordingPart(thread: part.thread, recording: index, parts: part.parts), recording)
    }
  }
}
