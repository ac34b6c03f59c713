internal import EventData
internal import GestureDataSet
internal import HDF5Reading
internal import SystemPackage

/// All that a cache holds but its frames, read from the file's bytes and checked.
///
/// The file may be damaged or hostile. Nothing is read that is not needed, every length is checked
/// before memory is taken for it, and every chunk's place before it is used.
struct FrameCacheStructure {
  private(set) var settings = CacheSettings()
  private(set) var frameCount = 0
  private(set) var elementType = ElementType.uint8
  private(set) var sources: [SourceFile] = []
  private(set) var tool = ""
  private(set) var records: [DataSetSplit: [SampleRecord]] = [:]
  private(set) var chunks: [DataSetSplit: [Range<Int>]] = [:]

  private let fileByteCount: Int

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
      try readAttributes(root)
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
    } catch {
      throw FrameCacheError(path, error)
    }
  }

  private mutating func readAttributes(_ root: HDF5GroupView) throws(HDF5ReadingError) {
    typealias Name = CacheFormat.Attribute
    func fail(_ name: String, _ expected: String, _ found: some Any) -> HDF5ReadingError {
      HDF5ReadingError(.unexpected, "attribute \(name)", "\(expected) expected, '\(found)' found")
    }
    let format: String = try root.attribute(Name.format)
    guard format == CacheFormat.name else {
      throw fail(Name.format, "'\(CacheFormat.name)'", format)
    }
    let version = try root.attribute(Name.version, as: UInt32.self)
    guard version == CacheFormat.version else {
      throw fail(Name.version, "\(CacheFormat.version)", version)
    }
    let frameCount = try root.attribute(Name.framesNumber, as: UInt32.self)
    guard (1...CacheFormat.maximumFrameCount).contains(Int(frameCount)) else {
      throw fail(Name.framesNumber, "1 to \(CacheFormat.maximumFrameCount)", frameCount)
    }
    self.frameCount = Int(frameCount)
    settings.split = try readSplit(root)
    let invalidEvents: String = try root.attribute(Name.invalidEvents)
    guard let policy = InvalidEventPolicy(rawValue: invalidEvents) else {
      throw fail(Name.invalidEvents, "'keep' or 'drop'", invalidEvents)
    }
    settings.invalidEvents = policy
    let emptyWindows: String = try root.attribute(Name.emptyWindows)
    guard ["keep", "skip"].contains(emptyWindows) else {
      throw fail(Name.emptyWindows, "'keep' or 'skip'", emptyWindows)
    }
    settings.skipsEmptyWindows = emptyWindows == "skip"
    settings.selection = try root.attribute(Name.selection)
    let axes: String = try root.attribute(Name.axes)
    guard axes == CacheFormat.axes else { throw fail(Name.axes, "'\(CacheFormat.axes)'", axes) }
    let classNames = try root.attribute(
      Name.classNames, stringCount: Gesture.allCases.count)
    guard classNames == Gesture.allCases.map(\.name) else {
      throw fail(Name.classNames, "the names of the gestures", classNames.joined(separator: " "))
    }
    tool = try root.attribute(Name.tool)
  }

  private func readSplit(_ root: HDF5GroupView) throws(HDF5ReadingError) -> FrameSplit {
    typealias Name = CacheFormat.Attribute
    let splitBy: String = try root.attribute(Name.splitBy)
    let duration = try root.attribute(Name.durationMicroseconds, as: Int64.self)
    switch (splitBy, duration) {
    case ("number", 0): return .number(frameCount: frameCount)
    case ("time", 0): return .time(frameCount: frameCount)
    case ("duration", 1...): return .duration(microseconds: duration)
    case ("number", _), ("time", _):
      throw HDF5ReadingError(
        .unexpected, "attribute \(Name.durationMicroseconds)", "0 expected, \(duration) found")
    case ("duration", _):
      throw HDF5ReadingError(
        .unexpected,
        "attribute \(Name.durationMicroseconds)", "1 or more expected, \(duration) found")
    default:
      throw HDF5ReadingError(
        .unexpected,
        "attribute \(Name.splitBy)",
        "'number', 'time' or 'duration' expected, '\(splitBy)' found")
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
    let frameExtents = [frameCount, DVS128.channelCount, DVS128.height, DVS128.width]
    let sampleCount = dataset.extents.first ?? 0
    try dataset.requireExtents([sampleCount] + frameExtents)
    guard sampleCount <= fileByteCount / ChunkDecoder.minimumByteCount else {
      throw HDF5ReadingError(
        .damaged, dataset.path,
        "\(sampleCount) samples are more than \(fileByteCount) bytes can hold")
    }
    let chunkExtents = dataset.chunkExtents
    guard chunkExtents == [1] + frameExtents else {
      throw HDF5ReadingError(
        .unexpected,
        dataset.path, "chunks of \([1] + frameExtents) expected, \(chunkExtents) found")
    }
    settings.compressionLevel = try readPipeline(dataset, type)
    let sizes =
      ChunkDecoder
      .minimumByteCount...ChunkDecoder.maximumByteCount(
        type, elementCount: frameCount * DVS128.cellCount)
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
        .unexpected,
        dataset.path, "the filters \(expected) expected, \(filters.map(\.number)) found")
    }
    return Int(level)
  }

  private mutating func readRecords(
    _ group: HDF5GroupView, _ split: DataSetSplit
  ) throws(HDF5ReadingError) {
    let columns = try SampleColumns(
      group, sampleCount: chunks[split]?.count ?? 0, frameCount: frameCount)
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
  /// Reads a column of numbers, one a row.
  func column<Value: FixedWidthInteger & BitwiseCopyable>(
    _ name: String, _ type: Value.Type, count: Int
  ) throws(HDF5ReadingError) -> [Value] {
    let dataset = try dataset(name)
    try dataset.requireExtents([count])
    return try dataset.numbers(as: type)
  }
}
