internal import EventData
internal import HDF5Reading
internal import SystemPackage

/// Everything in a cache except its frames, read from the file's bytes and validated.
///
/// The file may be damaged or hostile. Only what is needed is read, every length is checked before
/// memory is allocated for it, and every chunk's address before it is used.
struct FrameCacheStructure {
  let header: CacheHeader
  private(set) var elementType = ElementType.uint8
  private(set) var sources: [SourceFile] = []
  /// The Zstandard compression level.
  private(set) var compressionLevel = 0
  private(set) var records: [DataSetSplit: [SampleRecord]] = [:]
  private(set) var chunks: [DataSetSplit: [Range<Int>]] = [:]
  /// The recordings of a shard; `nil` for a whole cache, or a shard without a list.
  private(set) var shardList: ShardList?

  private let fileByteCount: Int

  /// The settings of the conversion, with the compression level.
  var settings: CacheSettings {
    var settings = header.settings
    settings.compressionLevel = compressionLevel
    return settings
  }

  /// Reads a cache.
  ///
  /// - Parameters:
  ///   - path: The file's name, for messages.
  ///   - bytes: The whole file.
  init(_ path: FilePath, _ bytes: RawSpan) throws(FrameCacheError) {
    fileByteCount = bytes.byteCount
    do throws(HDF5ReadingError) {
      let view = try HDF5View(bytes)
      let root = try view.root
      header = try CacheHeader(root)
      var elementTypes: [DataSetSplit: ElementType] = [:]
      for split in DataSetSplit.allCases {
        let group = try root.group(split.rawValue)
        elementTypes[split] = try readFrames(group, split)
        try readRecords(group, split)
      }
      guard let type = elementTypes[.train], elementTypes[.test] == type else {
        throw HDF5ReadingError(
          .unexpected, "/test/frames", "the element type of /train/frames expected")
      }
      elementType = type
      try readSources(try root.group(CacheFormat.Source.group))
      if header.settings.shard != .whole, try root.contains(CacheFormat.List.group) {
        shardList = try ShardList(
          try root.group(CacheFormat.List.group), sampleCounts: chunks.mapValues(\.count))
      }
    } catch {
      throw FrameCacheError(path, error)
    }
  }

  private mutating func readFrames(
    _ group: HDF5GroupView, _ split: DataSetSplit
  ) throws(HDF5ReadingError) -> ElementType {
    let dataset = try group.dataset(CacheFormat.Dataset.frames)
    let type: ElementType
    if dataset.holds(UInt8.self) {
      type = .uint8
    } else if dataset.holds(UInt16.self) {
      type = .uint16
    } else {
      throw dataset.typeError("values of type uint8 or uint16")
    }
    let shape = header.frameShape
    let frameExtents = [header.frameCount, FrameShape.channelCount, shape.height, shape.width]
    let sampleCount = dataset.extents.first ?? 0
    try dataset.requireExtents([sampleCount] + frameExtents)
    guard sampleCount <= fileByteCount / ChunkDecoder.minimumByteCount else {
      throw HDF5ReadingError(
        .damaged, dataset.path,
        "\(sampleCount) samples do not fit in \(fileByteCount) bytes")
    }
    let chunkExtents = dataset.chunkExtents
    guard chunkExtents == [1] + frameExtents else {
      throw HDF5ReadingError(
        .outsideSubset,
        dataset.path, "chunks of \([1] + frameExtents) expected, \(chunkExtents) found")
    }
    compressionLevel = try readPipeline(dataset, type)
    let sizes =
      ChunkDecoder
      .minimumByteCount...ChunkDecoder.maximumByteCount(
        type, elementCount: header.frameCount * shape.cellCount)
    var table = ChunkTable(
      of: dataset.path, chunkByteCounts: sizes, fileByteCount: fileByteCount)
    try dataset.forEachChunk { (location) throws(HDF5ReadingError) in try table.append(location) }
    chunks[split] = table.chunks
    return type
  }

  private func readPipeline(
    _ dataset: HDF5DatasetView, _ type: ElementType
  ) throws(HDF5ReadingError) -> Int {
    let filters = dataset.filters
    let expected =
      (type == .uint16 ? [HDF5FilterView.shuffleNumber] : [])
      + [ZstdFilter.number, HDF5FilterView.fletcher32Number]
    guard filters.map(\.number) == expected, let level = filters[filters.count - 2].values.first
    else {
      throw HDF5ReadingError(
        .outsideSubset,
        dataset.path, "the filters \(expected) expected, \(filters.map(\.number)) found")
    }
    guard type == .uint8 || filters[0].values == [2] else {
      throw HDF5ReadingError(
        .outsideSubset, dataset.path,
        "the filter \(HDF5FilterView.shuffleNumber) of 2 bytes expected, \(filters[0].values) found"
      )
    }
    return Int(level)
  }

  private mutating func readRecords(
    _ group: HDF5GroupView, _ split: DataSetSplit
  ) throws(HDF5ReadingError) {
    let columns = try SampleColumns(
      group, sampleCount: chunks[split]?.count ?? 0, header, fileByteCount: fileByteCount)
    records[split] = try columns.records()
  }

  private mutating func readSources(_ group: HDF5GroupView) throws(HDF5ReadingError) {
    typealias Name = CacheFormat.Source
    let names = try group.dataset(Name.name).strings()
    let byteCounts = try group.column(Name.byteCount, UInt64.self, count: names.count)
    let times = try group.column(Name.modificationNanoseconds, Int64.self, count: names.count)
    let hashes = try group.column(Name.contentHash, UInt64.self, count: names.count)
    sources = names.indices.map { index in
      SourceFile(
        name: names[index], byteCount: byteCounts[index],
        modificationNanoseconds: times[index], contentHash: hashes[index])
    }
  }
}

extension HDF5GroupView {
  /// Reads a column of `count` integers, one per row.
  func column<Value: FixedWidthInteger & BitwiseCopyable>(
    _ name: String, _ type: Value.Type, count: Int
  ) throws(HDF5ReadingError) -> [Value] {
    let dataset = try dataset(name)
    try dataset.requireExtents([count])
    return try dataset.numbers(as: type)
  }

  /// Reads a column of `count` integers that need not be there.
  func columnIfPresent<Value: FixedWidthInteger & BitwiseCopyable>(
    _ name: String, _ type: Value.Type, count: Int
  ) throws(HDF5ReadingError) -> [Value]? {
    try contains(name) ? try column(name, type, count: count) : nil
  }
}
