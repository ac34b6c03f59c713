package import EventData
internal import FileAccess
internal import HDF5
package import SystemPackage

/// Writes a cache to a file that is not yet published.
///
/// The datasets are created first; then the chunks are written in any order, then the records.
package struct FrameCacheWriter: ~Copyable {
  private let path: FilePath
  private let file: HDF5File
  private let frames: [DataSetSplit: FramesDataset]
  private let frameCount: Int
  private let version: CacheVersion
  private let columns: [AttributeColumn]

  /// Registered once per process, and never replaced: other code may have registered a filter that
  /// also decodes.
  private static let filterRegistration = Result { () throws(HDF5Error) in
    try registerExternalFilter(number: ZstdFilter.number, name: ZstdFilter.name)
  }

  private final class FramesDataset {
    let dataset: HDF5Dataset
    init(_ dataset: consuming HDF5Dataset) { self.dataset = dataset }
  }

  /// Creates the file with its attributes and empty datasets of frames.
  ///
  /// - Parameters:
  ///   - path: The file, which is overwritten.
  ///   - messagePath: Its name in messages.
  ///   - schema: The data set: sensor, classes and attribute columns.
  ///   - settings: The settings of the conversion.
  ///   - frameCount: T, the same for all samples.
  ///   - sampleCounts: Number of samples in each split.
  ///   - elementType: The type in which counts are stored.
  /// - Throws: ``FrameCacheError`` when the file cannot be written, or a cache cannot have
  ///   `schema`.
  package init(
    _ path: FilePath, named messagePath: FilePath, schema: DataSetSchema, settings: CacheSettings,
    frameCount: Int, sampleCounts: [DataSetSplit: Int], elementType: ElementType
  ) throws(FrameCacheError) {
    if let defect = schema.defect { throw FrameCacheError(.content, messagePath, "", defect) }
    let version = CacheVersion(for: schema, settings)
    let shape = settings.frameShape(of: schema)
    do throws(HDF5Error) {
      try Self.filterRegistration.get()
      let file = try HDF5File(
        creating: path.string, textEncoding: version == .one ? .ascii : .utf8)
      try Self.writeAttributes(
        version, schema, settings, frameCount: frameCount, to: file.root)
      if version == .two {
        try file.root.write(schema, settings.preprocessing ?? Preprocessing(none: schema.sensor))
      }
      var frames: [DataSetSplit: FramesDataset] = [:]
      for split in DataSetSplit.allCases {
        let group = try file.root.createGroup(split.rawValue)
        var filters: [HDF5Filter] = []
        if elementType == .uint16 {
          filters.append(HDF5Filter(number: HDF5Filter.shuffleNumber, values: [2]))
        }
        filters.append(
          HDF5Filter(number: ZstdFilter.number, values: [UInt32(settings.compressionLevel)]))
        filters.append(.fletcher32)
        let frameExtents = [FrameShape.channelCount, shape.height, shape.width]
        frames[split] = FramesDataset(
          try group.createChunkedDataset(
            CacheFormat.Dataset.frames, type: elementType.hdf5Type,
            extents: [sampleCounts[split] ?? 0, frameCount] + frameExtents,
            chunkExtents: [1, frameCount] + frameExtents, filters: filters))
      }
      self.path = messagePath
      self.frameCount = frameCount
      self.version = version
      columns = schema.columns
      self.file = file
      self.frames = frames
    } catch {
      throw FrameCacheError(messagePath, error)
    }
  }

  private static func writeAttributes(
    _ version: CacheVersion, _ schema: DataSetSchema, _ settings: CacheSettings,
    frameCount: Int, to root: borrowing HDF5Group
  ) throws(HDF5Error) {
    typealias Name = CacheFormat.Attribute
    try root.setAttribute(Name.format, CacheFormat.name)
    try root.setAttribute(Name.version, version.rawValue)
    try root.setAttribute(Name.framesNumber, UInt32(frameCount))
    try root.setAttribute(Name.splitBy, settings.split.name)
    var durationMicroseconds: Int64 = 0
    if case .duration(let microseconds) = settings.split { durationMicroseconds = microseconds }
    try root.setAttribute(Name.durationMicroseconds, durationMicroseconds)
    try root.setAttribute(Name.invalidEvents, settings.invalidEvents.rawValue)
    try root.setAttribute(Name.emptyWindows, settings.skipsEmptyWindows ? "skip" : "keep")
    try root.setAttribute(Name.selection, settings.selection)
    switch version {
    case .one: try root.setAttribute(Name.classNames, schema.classNames)
    case .two:
      try root.setAttribute(Name.dataSet, schema.name)
      try root.setAttribute(Name.sensorWidth, UInt32(schema.sensor.width))
      try root.setAttribute(Name.sensorHeight, UInt32(schema.sensor.height))
      try root.setAttribute(Name.polarities, UInt32(FrameShape.channelCount))
      try root.setAttribute(Name.splitRule, schema.splitRule)
      try root.setAttribute(Name.labelTable, schema.labelTable)
      try root.setAttribute(Name.shard, UInt32(settings.shard.number))
      try root.setAttribute(Name.shards, UInt32(settings.shard.count))
    }
    try root.setAttribute(Name.axes, CacheFormat.axes)
    try root.setAttribute(Name.tool, CacheFormat.tool)
    if let importedFrom = settings.importedFrom {
      try root.setAttribute(Name.importedFrom, importedFrom)
    }
  }

  /// Writes the encoded frames of a sample.
  package mutating func writeChunk(_ chunk: [UInt8], of sample: SampleIndex) throws(FrameCacheError)
  {
    do throws(HDF5Error) {
      try frames[sample.split]?.dataset.writeChunk(chunk, at: [sample.number, 0, 0, 0, 0])
    } catch {
      throw FrameCacheError(path, error)
    }
  }

  /// Writes the records of the samples and of the source files, and closes the file.
  ///
  /// - Parameters:
  ///   - records: All samples of each split, in the order of their chunks.
  ///   - sources: The files from which the cache was converted.
  ///   - shardList: The recordings of a shard; `nil` for a whole cache.
  package consuming func finish(
    records: [DataSetSplit: [SampleRecord]], sources: [SourceFile], shardList: ShardList? = nil
  ) throws(FrameCacheError) {
    do throws(HDF5Error) {
      for split in DataSetSplit.allCases {
        try write(records[split] ?? [], to: try file.root.group(split.rawValue))
      }
      let group = try file.root.createGroup(CacheFormat.Source.group)
      typealias Name = CacheFormat.Source
      try group.writeDataset(Name.name, sources.map(\.name))
      try group.writeColumn(Name.byteCount, sources.map(\.byteCount))
      try group.writeColumn(
        Name.modificationNanoseconds, sources.map(\.modificationNanoseconds))
      try group.writeColumn(Name.contentHash, sources.map(\.contentHash))
      if let shardList { try file.root.write(shardList) }
      try file.flush()
    } catch {
      throw FrameCacheError(path, error)
    }
  }

  private borrowing func write(
    _ records: [SampleRecord], to group: borrowing HDF5Group
  ) throws(HDF5Error) {
    typealias Name = CacheFormat.Dataset
    switch version {
    case .one: try group.writeColumn(Name.labels, records.map { UInt8($0.label) })
    case .two: try group.writeColumn(Name.labels, records.map(\.label))
    }
    try group.writeDataset(Name.names, records.map(\.name))
    try group.writeDataset(Name.recording, records.map(\.recording))
    switch version {
    case .one: try group.writeAttributes(columns, records, integers: UInt8.self)
    case .two:
      try group.createGroup(CacheFormat.Column.group)
        .writeAttributes(columns, records, integers: Int64.self)
    }
    try group.writeColumn(Name.windowStart, records.map(\.windowMicroseconds.lowerBound))
    try group.writeColumn(Name.windowEnd, records.map(\.windowMicroseconds.upperBound))
    try group.writeColumn(Name.eventCount, records.map(\.eventCount))
    try group.writeColumn(Name.frameCount, records.map(\.frameCount))
    try group.writeDataset(
      Name.frameStart, records.flatMap(\.frameStartMicroseconds),
      extents: [records.count, frameCount])
    try group.writeDataset(
      Name.frameEnd, records.flatMap(\.frameEndMicroseconds),
      extents: [records.count, frameCount])
  }
}

extension HDF5Group {
  /// Writes the attributes of the samples, one dataset per column.
  fileprivate borrowing func writeAttributes<Integer: HDF5Element>(
    _ columns: [AttributeColumn], _ records: [SampleRecord], integers: Integer.Type
  ) throws(HDF5Error) {
    for (index, column) in columns.enumerated() {
      switch column.kind {
      case .integer:
        var numbers: [Integer] = []
        for record in records {
          let value = record.attributes[index]
          guard let number = value.integer.flatMap(Integer.init(exactly:)) else {
            throw HDF5Error(
              column.name,
              "\(record.name): a number from \(Integer.min) to \(Integer.max) expected, "
                + "'\(value)' found")
          }
          numbers.append(number)
        }
        try writeColumn(column.name, numbers)
      case .text:
        try writeDataset(column.name, records.map { $0.attributes[index].description })
      }
    }
  }

  /// Writes classes, columns and preprocessing, version 2.
  fileprivate borrowing func write(
    _ schema: DataSetSchema, _ preprocessing: Preprocessing
  ) throws(HDF5Error) {
    let classes = try createGroup(CacheFormat.Class.group)
    try classes.writeDataset(CacheFormat.Class.name, schema.classNames)
    try classes.writeColumn(
      CacheFormat.Class.mirroredLabel,
      schema.mirroredLabels.map { $0.map { UInt16($0) } ?? CacheFormat.Class.noLabel })
    let columns = try createGroup(CacheFormat.Column.group)
    try columns.writeDataset(CacheFormat.Column.name, schema.columns.map(\.name))
    try columns.writeDataset(
      CacheFormat.Column.type,
      schema.columns.map {
        $0.kind == .integer ? CacheFormat.Column.integerType : CacheFormat.Column.textType
      })
    let pixels = try createGroup(CacheFormat.Pixels.group)
    let numbers = [
      preprocessing.origin.x, preprocessing.origin.y, preprocessing.area.width,
      preprocessing.area.height,
    ]
    try pixels.writeColumn(CacheFormat.Pixels.crop, numbers.map { UInt32($0) })
    try pixels.writeColumn(
      CacheFormat.Pixels.factor,
      [UInt32(preprocessing.factor.x), UInt32(preprocessing.factor.y)])
    try pixels.writeDataset(
      CacheFormat.Pixels.dropped,
      preprocessing.droppedPixels.flatMap { [UInt32($0.x), UInt32($0.y)] },
      extents: [preprocessing.droppedPixels.count, 2])
    let orientation = preprocessing.orientation
    if orientation != .sensor {
      try pixels.writeColumn(
        CacheFormat.Pixels.orientation,
        [
          orientation.flipsX ? 1 : 0, orientation.flipsY ? 1 : 0,
          UInt32(orientation.rotation.rawValue),
        ] as [UInt32])
    }
    let filters = preprocessing.timeFilters
    if filters != .none {
      try pixels.writeColumn(
        CacheFormat.Pixels.timeFilters,
        [filters.refractoryMicroseconds, filters.noiseMicroseconds])
    }
    if let rate = preprocessing.hotPixelRate {
      try pixels.writeColumn(CacheFormat.Pixels.hotPixelRate, [UInt32(rate)])
    }
  }

  borrowing func writeColumn(
    _ name: String, _ values: [some HDF5Element]
  ) throws(HDF5Error) {
    try writeDataset(name, values, extents: [values.count])
  }
}
