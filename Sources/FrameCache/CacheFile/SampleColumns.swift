internal import EventData
internal import HDF5Reading

/// The datasets of a split other than its frames, one row per sample.
struct SampleColumns {
  private let labels: [UInt16]
  private let names: [String]
  private let recordings: [String]
  private let attributes: [[AttributeValue]]
  private let windowStarts: [Int64]
  private let windowEnds: [Int64]
  private let eventCounts: [UInt32]
  private let frameCounts: [UInt32]
  private let frameStarts: [Int64]
  private let frameEnds: [Int64]
  private let frameCount: Int
  private let classCount: Int
  private let groupPath: String

  /// Reads the datasets and checks that each has one row per sample.
  init(
    _ group: HDF5GroupView, sampleCount: Int, _ header: CacheHeader, fileByteCount: Int
  ) throws(HDF5ReadingError) {
    typealias Name = CacheFormat.Dataset
    let frameCount = header.frameCount
    let columns = header.schema.columns
    switch header.version {
    case .one:
      labels = try group.column(Name.labels, UInt8.self, count: sampleCount).map { UInt16($0) }
      attributes = try Self.attributes(
        group, columns, sampleCount, fileByteCount, integers: UInt8.self)
    case .two:
      labels = try group.column(Name.labels, UInt16.self, count: sampleCount)
      attributes = try Self.attributes(
        try group.group(CacheFormat.Column.group), columns, sampleCount, fileByteCount,
        integers: Int64.self)
    }
    names = try Self.strings(group, Name.names, sampleCount)
    recordings = try Self.strings(group, Name.recording, sampleCount)
    windowStarts = try group.column(Name.windowStart, Int64.self, count: sampleCount)
    windowEnds = try group.column(Name.windowEnd, Int64.self, count: sampleCount)
    eventCounts = try group.column(Name.eventCount, UInt32.self, count: sampleCount)
    frameCounts = try group.column(Name.frameCount, UInt32.self, count: sampleCount)
    frameStarts = try Self.table(
      group, Name.frameStart, [sampleCount, frameCount])
    frameEnds = try Self.table(group, Name.frameEnd, [sampleCount, frameCount])
    self.frameCount = frameCount
    classCount = header.schema.classNames.count
    groupPath = group.path
  }

  /// Assembles the records, and validates each row.
  func records() throws(HDF5ReadingError) -> [SampleRecord] {
    var records: [SampleRecord] = []
    records.reserveCapacity(labels.count)
    for row in labels.indices {
      func fail(_ name: String, _ detail: String) -> HDF5ReadingError {
        HDF5ReadingError(.unexpected, "\(groupPath)/\(name), sample \(row)", detail)
      }
      guard Int(labels[row]) < classCount else {
        throw fail(
          CacheFormat.Dataset.labels,
          "a label from 0 to \(classCount - 1) expected, \(labels[row]) found")
      }
      // With all times at least −1, the difference of two cannot overflow.
      guard windowStarts[row] >= 0 else {
        throw fail(
          CacheFormat.Dataset.windowStart,
          "a time of 0 or more expected, \(windowStarts[row]) found")
      }
      guard windowStarts[row] < windowEnds[row] else {
        throw fail(
          CacheFormat.Dataset.windowEnd,
          "a time after \(windowStarts[row]) expected, \(windowEnds[row]) found")
      }
      guard frameCounts[row] <= frameCount else {
        throw fail(
          CacheFormat.Dataset.frameCount,
          "at most \(frameCount) frames expected, \(frameCounts[row]) found")
      }
      let frames = (row * frameCount)..<((row + 1) * frameCount)
      for (start, end) in zip(frameStarts[frames], frameEnds[frames])
      where start < -1 || start > end {
        throw fail(
          CacheFormat.Dataset.frameStart,
          "a time of −1 or more, not after its frame's end, expected, \(start) to \(end) found")
      }
      records.append(
        SampleRecord(
          label: labels[row], name: names[row], recording: recordings[row],
          attributes: attributes.map { $0[row] },
          windowMicroseconds: windowStarts[row]..<windowEnds[row],
          eventCount: eventCounts[row], frameCount: frameCounts[row],
          frameStartMicroseconds: Array(frameStarts[frames]),
          frameEndMicroseconds: Array(frameEnds[frames])))
    }
    return records
  }

  private static func attributes<Integer: FixedWidthInteger & BitwiseCopyable>(
    _ group: HDF5GroupView, _ columns: [AttributeColumn], _ count: Int, _ fileByteCount: Int,
    integers: Integer.Type
  ) throws(HDF5ReadingError) -> [[AttributeValue]] {
    var result: [[AttributeValue]] = []
    // A hostile file may store several columns in the same bytes; their total must still fit in the
    // file, so that it bounds the memory.
    var byteCount = 0
    for column in columns {
      let dataset = try group.dataset(column.name)
      try dataset.requireExtents([count])
      guard let content = dataset.contentByteCount, content <= fileByteCount - byteCount else {
        throw HDF5ReadingError(
          .damaged, dataset.path,
          "the attributes of samples take more than the \(fileByteCount) bytes of the file")
      }
      byteCount += content
      switch column.kind {
      case .integer:
        result.append(
          try group.column(column.name, Integer.self, count: count).map { .integer(Int64($0)) })
      case .text: result.append(try strings(group, column.name, count).map { .text($0) })
      }
    }
    return result
  }

  private static func strings(
    _ group: HDF5GroupView, _ name: String, _ count: Int
  ) throws(HDF5ReadingError) -> [String] {
    let dataset = try group.dataset(name)
    try dataset.requireExtents([count])
    return try dataset.strings()
  }

  private static func table(
    _ group: HDF5GroupView, _ name: String, _ extents: [Int]
  ) throws(HDF5ReadingError) -> [Int64] {
    let dataset = try group.dataset(name)
    try dataset.requireExtents(extents)
    return try dataset.numbers(as: Int64.self)
  }
}
