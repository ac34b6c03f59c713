internal import EventData
internal import FrameCache

extension OpenCache {
  /// The columns that every cache has, in the order of the file.
  private enum Column: String, CaseIterable {
    case labels, names, recording
    case windowStart = "window_start_us"
    case windowEnd = "window_end_us"
    case eventCount = "event_count"
    case frameCount = "frame_count"
    case frameStarts = "frame_start_us"
    case frameEnds = "frame_end_us"

    var isText: Bool { self == .names || self == .recording }
  }

  /// The names of all columns of integers, or of texts.
  func columnNames(ofTexts: Bool) -> [String] {
    Column.allCases.filter { $0.isText == ofTexts }.map(\.rawValue)
      + cache.schema.columns.filter { ($0.kind == .text) == ofTexts }.map(\.name)
  }

  /// A column of integers: one for each sample, or T for each.
  func integers(_ name: String, of split: DataSetSplit) throws(InterfaceError) -> [Int64] {
    let records = cache.records[split] ?? []
    switch Column(rawValue: name) {
    case .labels: return records.map { Int64($0.label) }
    case .windowStart: return records.map(\.windowMicroseconds.lowerBound)
    case .windowEnd: return records.map(\.windowMicroseconds.upperBound)
    case .eventCount: return records.map { Int64($0.eventCount) }
    case .frameCount: return records.map { Int64($0.frameCount) }
    case .frameStarts: return records.flatMap(\.frameStartMicroseconds)
    case .frameEnds: return records.flatMap(\.frameEndMicroseconds)
    case .names, .recording, nil: break
    }
    guard let index = cache.schema.column(name), cache.schema.columns[index].kind == .integer
    else { throw missing(name, "integers", columnNames(ofTexts: false)) }
    return records.map { record in
      if case .integer(let value) = record.attributes[index] { value } else { 0 }
    }
  }

  /// A column of texts, one for each sample.
  func texts(_ name: String, of split: DataSetSplit) throws(InterfaceError) -> [String] {
    let records = cache.records[split] ?? []
    switch Column(rawValue: name) {
    case .names: return records.map(\.name)
    case .recording: return records.map(\.recording)
    default: break
    }
    guard let index = cache.schema.column(name), cache.schema.columns[index].kind == .text
    else { throw missing(name, "texts", columnNames(ofTexts: true)) }
    return records.map { record in
      if case .text(let value) = record.attributes[index] { value } else { "" }
    }
  }

  private func missing(_ name: String, _ kind: String, _ names: [String]) -> InterfaceError {
    InterfaceError(
      "\(cache.path): a column of \(kind) expected, \(names.joined(separator: ", ")), "
        + "'\(name)' found")
  }
}
