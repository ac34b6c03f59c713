package import EventData
internal import FileAccess
package import SystemPackage

/// A data set with the layout of DVS128 Gesture, of any size.
package struct SmallDataSet: Sendable {
  /// A recording and its label rows.
  package struct Recording: Sendable {
    /// The file name without its extension, as in `user01_led`.
    package var stem: String
    /// The class (from 1), start and end (in microseconds) of each label row.
    package var rows: [(classNumber: Int, start: Int64, end: Int64)]
    /// The content of the recording's file.
    package var bytes: [UInt8]

    /// Makes a recording of events.
    package init(
      _ stem: String, rows: [(classNumber: Int, start: Int64, end: Int64)],
      events: [PolarityEvent]
    ) {
      self.stem = stem
      self.rows = rows
      var builder = RecordingBuilder()
      builder.appendTimestampReset()
      builder.append(events)
      bytes = builder.bytes
    }

    /// The content of the label file.
    package var labels: String {
      "class,startTime_usec,endTime_usec\n"
        + rows.map { "\($0.classNumber),\($0.start),\($0.end)\n" }.joined()
    }
  }

  /// The recordings of the training list.
  package var train: [Recording]
  /// The recordings of the test list.
  package var test: [Recording]

  /// Makes a data set.
  package init(train: [Recording], test: [Recording]) {
    self.train = train
    self.test = test
  }

  /// Four recordings of three subjects, each with five label rows: class 8 twice, and one window
  /// without events.
  package static func random(using generator: inout some RandomNumberGenerator) -> SmallDataSet {
    func recording(_ stem: String) -> Recording {
      let eventCount = Int.random(in: 200..<400, using: &generator)
      return Recording(
        stem,
        rows: [
          (2, 10_000, 20_000), (1, 20_000, 40_000), (8, 35_000, 50_000), (8, 50_000, 60_000),
          (11, 500_000, 600_000),
        ],
        events: randomEvents(count: eventCount, in: 5_000..<70_000, using: &generator))
    }
    return SmallDataSet(
      train: ["user02_led", "user01_fluorescent_led", "user01_fluorescent"].map(recording),
      test: ["user24_lab"].map(recording))
  }

  /// The names and contents of all files.
  package var files: [(name: String, bytes: [UInt8])] {
    func list(_ recordings: [Recording]) -> [UInt8] {
      Array(recordings.map { $0.stem + ".aedat\n" }.joined().utf8)
    }
    var files = [
      (name: "trials_to_train.txt", bytes: list(train)),
      (name: "trials_to_test.txt", bytes: list(test)),
    ]
    for recording in train + test {
      files.append((recording.stem + ".aedat", recording.bytes))
      files.append((recording.stem + "_labels.csv", Array(recording.labels.utf8)))
    }
    return files
  }

  /// Writes all files into a folder, which is created if it is missing.
  package func write(to directory: FilePath) throws {
    try createDirectories(directory)
    for file in files { try writeFile(file.bytes, to: directory.appending(file.name)) }
  }
}
