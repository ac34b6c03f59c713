internal import EventData
internal import FrameCache
internal import HDF5Reading

/// Finds the chunks of a cache's datasets.
enum CacheChunks {
  /// The byte ranges of all chunks of a valid cache; empty if the file is not a cache.
  static func byteRanges(in bytes: RawSpan) -> [Range<Int>] {
    guard let view = try? HDF5View(bytes), let root = try? view.root else { return [] }
    var ranges: [Range<Int>] = []
    for group in [CacheFormat.Class.group, CacheFormat.Column.group, CacheFormat.Pixels.group] {
      if let group = try? root.group(group) { append(group, to: &ranges) }
    }
    if let sources = try? root.group(CacheFormat.Source.group) { append(sources, to: &ranges) }
    for split in DataSetSplit.allCases {
      guard let part = try? root.group(split.rawValue) else { continue }
      append(part, to: &ranges)
      if let columns = try? part.group(CacheFormat.Column.group),
        let names = try? root.group(CacheFormat.Column.group).dataset(CacheFormat.Column.name)
          .strings()
      {
        for name in names { append(columns, name, to: &ranges) }
      }
    }
    return ranges
  }

  private static let names: [String] = {
    typealias Part = CacheFormat.Dataset
    typealias Source = CacheFormat.Source
    return [
      Part.frames, Part.labels, Part.names, Part.recording, Part.windowStart, Part.windowEnd,
      Part.eventCount, Part.frameCount, Part.frameStart, Part.frameEnd, "subject", "lighting",
      Source.name, Source.byteCount, Source.modificationNanoseconds, Source.contentHash,
      CacheFormat.Class.mirroredLabel, CacheFormat.Column.type, CacheFormat.Pixels.crop,
      CacheFormat.Pixels.factor, CacheFormat.Pixels.dropped,
      CacheFormat.Pixels.orientation, CacheFormat.Pixels.timeFilters,
      CacheFormat.Pixels.hotPixelRate,
    ]
  }()

  private static func append(_ group: HDF5GroupView, to ranges: inout [Range<Int>]) {
    for name in names { append(group, name, to: &ranges) }
  }

  private static func append(_ group: HDF5GroupView, _ name: String, to ranges: inout [Range<Int>])
  {
    guard let dataset = try? group.dataset(name) else { return }
    try? dataset.forEachChunk { (chunk) throws(HDF5ReadingError) in
      guard let chunk else { return }
      ranges.append(Int(chunk.byteOffset)..<Int(chunk.byteOffset + chunk.byteCount))
    }
  }
}
