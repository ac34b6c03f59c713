internal import EventData
internal import HDF5

extension HDF5Group {
  /// Writes the list of a shard as a group of this one, the file's root.
  borrowing func write(_ list: ShardList) throws(HDF5Error) {
    typealias Name = CacheFormat.List
    let group = try createGroup(Name.group)
    try group.setAttribute(Name.input, list.input)
    try group.setAttribute(Name.isArchive, UInt32(list.isArchive ? 1 : 0))
    try group.setAttribute(Name.isSensorNamed, UInt32(list.isSensorNamed ? 1 : 0))
    let recordings = list.recordings
    try group.writeDataset(Name.fileName, recordings.map(\.fileName))
    try group.writeDataset(Name.name, recordings.map(\.name))
    try group.writeColumn(
      Name.split,
      recordings.map { UInt8(DataSetSplit.allCases.firstIndex(of: $0.split) ?? 0) })
    try group.writeColumn(Name.byteCount, recordings.map(\.byteCount))
    try group.writeColumn(
      Name.modificationNanoseconds, recordings.map(\.modificationNanoseconds))
    try group.writeColumn(Name.samplesHash, recordings.map(\.samplesHash))
    try group.writeColumn(Name.readingOrder, list.readingOrder.map { UInt32($0) })
    let parts = list.parts
    try group.writeColumn(Name.part, parts.map { UInt32($0.recording) })
    try group.writeColumn(Name.sampleCount, parts.map { UInt32($0.sampleCount) })
    try group.writeColumn(Name.emptyWindowCount, parts.map { UInt32($0.emptyWindowCount) })
    try group.writeColumn(Name.eventCount, parts.map { UInt64($0.eventCount) })
    try group.writeColumn(Name.outsideCount, parts.map { UInt64($0.outsideCount) })
    try group.writeDataset(Name.warning, list.warnings.map(\.text).map(Self.clipped))
    try group.writeColumn(
      Name.warningRecording,
      list.warnings.map { $0.recording.map { UInt32($0) } ?? Name.wholeDataSet })
  }

  /// The longest text that a cache may have, in bytes.
  private static var maximumTextByteCount: Int { 65_536 }

  /// A text without what exceeds the longest text of a cache, in whole characters.
  private static func clipped(_ text: String) -> String {
    guard text.utf8.count > maximumTextByteCount else { return text }
    var byteCount = 0
    let end = text.indices.first { index in
      byteCount += text[index].utf8.count
      return byteCount > maximumTextByteCount
    }
    return String(text[..<(end ?? text.endIndex)])
  }
}
