internal import EventData
internal import FrameCache
package import HDF5
package import SystemPackage

/// Reads a cache of any storage layout through libhdf5, and writes its content in the layout that
/// the package's own reader supports.
///
/// Only presence and type of each item are checked: the copy is validated like any cache when it is
/// opened. The file may be damaged or hostile, and the library may crash on it, so this runs in its
/// own process.
package struct StoredCacheCopy {
  /// Maximum memory for one dataset in bytes.
  private let affordableByteCount: Int
  private let onSample: (_ completedCount: Int, _ totalCount: Int) -> Void

  /// The library's memory for decoded chunks in bytes, so that a chunk of several samples is
  /// decoded only once.
  private static let chunkCacheByteCount = 256 << 20

  /// Prepares to copy.
  ///
  /// - Parameters:
  ///   - memoryByteCount: The memory limit of the process in bytes.
  ///   - onSample: Called after each sample of a split, with the number of copied samples
  ///     and that of all samples of the split.
  package init(
    memoryByteCount: Int,
    onSample: @escaping (_ completedCount: Int, _ totalCount: Int) -> Void = { _, _ in }
  ) {
    affordableByteCount = memoryByteCount / 4
    self.onSample = onSample
  }

  /// Copies a cache.
  ///
  /// - Parameters:
  ///   - source: The cache.
  ///   - target: The file that is created or overwritten.
  /// - Throws: ``HDF5/HDF5Error`` that names what is missing or wrong.
  package func write(_ source: FilePath, to target: FilePath) throws(HDF5Error) {
    try ZstdDecoding.register()
    let old = try HDF5File(opening: source.string, chunkCacheByteCount: Self.chunkCacheByteCount)
    typealias Name = CacheFormat.Attribute
    let version = try old.root.attributeValue(Name.version).integer ?? 0
    guard (1...2).contains(version) else {
      throw HDF5Error("attribute \(Name.version)", "1 or 2 expected, another value found")
    }
    let new = try HDF5File(creating: target.string, textEncoding: version == 1 ? .ascii : .utf8)
    try copyAttributes(version, from: old.root, to: new.root)
    var columns = [(name: "subject", isText: false), (name: "lighting", isText: true)]
    if version == 2 { columns = try copyDescription(from: old.root, to: new.root) }
    let isByte = try isByteCounts(old.root)
    for split in DataSetSplit.allCases {
      let part = try old.root.group(split.rawValue)
      let copy = try new.root.createGroup(split.rawValue)
      try copyColumns(version, columns, from: part, to: copy)
      try copyFrames(isByte, from: part, to: copy)
    }
    try copySources(from: old.root, to: new.root)
    if version == 2 && old.root.contains(CacheFormat.List.group) {
      try copyShardList(from: old.root, to: new.root)
    }
    try LeftOutNames(of: old.root, besides: new.root).write(to: new.root)
    try new.flush()
  }

  private func copyAttributes(
    _ version: Int, from old: borrowing HDF5Group, to new: borrowing HDF5Group
  ) throws(HDF5Error) {
    typealias Name = CacheFormat.Attribute
    var texts = [
      Name.format, Name.splitBy, Name.invalidEvents, Name.emptyWindows, Name.selection, Name.axes,
      Name.tool,
    ]
    if try old.attributeNames().contains(Name.importedFrom) { texts.append(Name.importedFrom) }
    var numbers = [Name.version, Name.framesNumber]
    if version == 2 {
      texts += [Name.dataSet, Name.splitRule, Name.labelTable]
      numbers += [
        Name.sensorWidth, Name.sensorHeight, Name.polarities, Name.shard, Name.shards,
      ]
    } else {
      guard case .texts(let names) = try old.attributeValue(Name.classNames), !names.isEmpty else {
        throw HDF5Error("attribute \(Name.classNames)", "texts expected, another type found")
      }
      try new.setAttribute(Name.classNames, names)
    }
    for name in texts {
      guard let text = try old.attributeValue(name).text else {
        throw HDF5Error("attribute \(name)", "a text expected, another type found")
      }
      try new.setAttribute(name, text)
    }
    for name in numbers { try new.setAttribute(name, try old.integer(name, as: UInt32.self)) }
    try new.setAttribute(
      Name.durationMicroseconds, try old.integer(Name.durationMicroseconds, as: Int64.self))
  }

  /// Copies the classes, columns and preprocessing of version 2; returns the columns.
  private func copyDescription(
    from old: borrowing HDF5Group, to new: borrowing HDF5Group
  ) throws(HDF5Error) -> [(name: String, isText: Bool)] {
    let classes = try old.group(CacheFormat.Class.group)
    let newClasses = try new.createGroup(CacheFormat.Class.group)
    _ = try copyTexts(CacheFormat.Class.name, from: classes, to: newClasses)
    try copyNumbers(CacheFormat.Class.mirroredLabel, UInt16.self, from: classes, to: newClasses)
    let pixels = try old.group(CacheFormat.Pixels.group)
    let newPixels = try new.createGroup(CacheFormat.Pixels.group)
    typealias Pixels = CacheFormat.Pixels
    for name in [Pixels.crop, Pixels.factor, Pixels.dropped] {
      try copyNumbers(name, UInt32.self, from: pixels, to: newPixels)
    }
    for name in [Pixels.orientation, Pixels.hotPixelRate] where pixels.contains(name) {
      try copyNumbers(name, UInt32.self, from: pixels, to: newPixels)
    }
    if pixels.contains(Pixels.timeFilters) {
      try copyNumbers(Pixels.timeFilters, Int64.self, from: pixels, to: newPixels)
    }
    let attributes = try old.group(CacheFormat.Column.group)
    let newAttributes = try new.createGroup(CacheFormat.Column.group)
    let names = try copyTexts(CacheFormat.Column.name, from: attributes, to: newAttributes)
    let types = try copyTexts(CacheFormat.Column.type, from: attributes, to: newAttributes)
    return zip(names, types).map { ($0, $1 == CacheFormat.Column.textType) }
  }

  private func copyColumns(
    _ version: Int, _ columns: [(name: String, isText: Bool)], from old: borrowing HDF5Group,
    to new: borrowing HDF5Group
  ) throws(HDF5Error) {
    typealias Name = CacheFormat.Dataset
    if version == 1 {
      try copyNumbers(Name.labels, UInt8.self, from: old, to: new)
      try copyAttributes(columns, UInt8.self, from: old, to: new)
    } else {
      try copyNumbers(Name.labels, UInt16.self, from: old, to: new)
      try copyAttributes(
        columns, Int64.self, from: try old.group(CacheFormat.Column.group),
        to: try new.createGroup(CacheFormat.Column.group))
    }
    for name in [Name.names, Name.recording] { _ = try copyTexts(name, from: old, to: new) }
    for name in [Name.windowStart, Name.windowEnd, Name.frameStart, Name.frameEnd] {
      try copyNumbers(name, Int64.self, from: old, to: new)
    }
    for name in [Name.eventCount, Name.frameCount] {
      try copyNumbers(name, UInt32.self, from: old, to: new)
    }
  }

  private func copyAttributes<Integer: HDF5Element>(
    _ columns: [(name: String, isText: Bool)], _ integers: Integer.Type,
    from old: borrowing HDF5Group, to new: borrowing HDF5Group
  ) throws(HDF5Error) {
    for column in columns {
      if column.isText {
        _ = try copyTexts(column.name, from: old, to: new)
      } else {
        try copyNumbers(column.name, integers, from: old, to: new)
      }
    }
  }

  private func copySources(
    from old: borrowing HDF5Group, to new: borrowing HDF5Group
  ) throws(HDF5Error) {
    typealias Name = CacheFormat.Source
    let sources = try old.group(Name.group)
    let newSources = try new.createGroup(Name.group)
    _ = try copyTexts(Name.name, from: sources, to: newSources)
    try copyNumbers(Name.byteCount, UInt64.self, from: sources, to: newSources)
    try copyNumbers(Name.modificationNanoseconds, Int64.self, from: sources, to: newSources)
    try copyNumbers(Name.contentHash, UInt64.self, from: sources, to: newSources)
  }

  func copyNumbers<Value: HDF5Element>(
    _ name: String, _ type: Value.Type, from old: borrowing HDF5Group, to new: borrowing HDF5Group
  ) throws(HDF5Error) {
    let dataset = try old.dataset(name)
    try dataset.requireWholeContent()
    // Conversion needs three arrays, with at most eight bytes for each number.
    let values = try dataset.readIntegers(as: type, maximumCount: affordableByteCount / 24)
    try new.writeDataset(name, values, extents: dataset.extents)
  }

  func copyTexts(
    _ name: String, from old: borrowing HDF5Group, to new: borrowing HDF5Group
  ) throws(HDF5Error) -> [String] {
    let dataset = try old.dataset(name)
    try dataset.requireWholeContent()
    guard dataset.extents.count == 1 else {
      throw HDF5Error(dataset.path, "one axis expected, \(dataset.extents.count) found")
    }
    let texts = try dataset.readTexts(maximumByteCount: affordableByteCount / 4)
    try new.writeDataset(name, texts)
    return texts
  }
}

extension HDF5Group {
  borrowing func integer<Value: HDF5Element>(
    _ name: String, as type: Value.Type
  ) throws(HDF5Error) -> Value {
    guard let value = try attributeValue(name).integer, let exact = Value(exactly: value) else {
      throw HDF5Error("attribute \(name)", "a number of type \(Value.hdf5Name) expected")
    }
    return exact
  }
}

extension StoredCacheCopy {
  /// Whether both splits store counts as bytes.
  private func isByteCounts(_ root: borrowing HDF5Group) throws(HDF5Error) -> Bool {
    for split in DataSetSplit.allCases {
      let frames = try root.group(split.rawValue).dataset(CacheFormat.Dataset.frames)
      let format = try frames.integerFormat()
      if format.byteCount > 1 || format.isSigned { return false }
    }
    return true
  }

  private func copyFrames(
    _ isByte: Bool, from old: borrowing HDF5Group, to new: borrowing HDF5Group
  ) throws(HDF5Error) {
    let frames = try old.dataset(CacheFormat.Dataset.frames)
    try frames.requireWholeContent()
    _ = try frames.integerFormat()
    guard frames.extents.count == 5 else {
      throw HDF5Error(frames.path, "5 axes expected, \(frames.extents.count) found")
    }
    let sampleExtents = Array(frames.extents.dropFirst())
    // A count takes four bytes while it is read, two while it is encoded, and its stored size.
    let affordableCount = affordableByteCount / 10
    var cellCount = 1
    for extent in sampleExtents {
      let (product, overflow) = cellCount.multipliedReportingOverflow(by: extent)
      guard !overflow, product <= affordableCount else {
        throw HDF5Error(
          frames.path, "samples of \(sampleExtents) take more memory than the file's size allows")
      }
      cellCount = product
    }
    let level = try frames.filters().first { $0.number == ZstdFilter.number }?.values.first
      .map { Int($0) }
    let levels = CacheSettings.compressionLevels
    let usedLevel = level.map { min(max($0, levels.lowerBound), levels.upperBound) }
    // The copy records the cache's compression level, but is itself compressed at the fastest.
    let zstd = HDF5Filter(
      number: ZstdFilter.number,
      values: [UInt32(usedLevel ?? CacheSettings.defaultCompressionLevel)])
    let shuffle = HDF5Filter(number: HDF5Filter.shuffleNumber, values: [2])
    let copy = try new.createChunkedDataset(
      CacheFormat.Dataset.frames, type: isByte ? .uint8 : .uint16, extents: frames.extents,
      chunkExtents: [1] + sampleExtents, filters: (isByte ? [] : [shuffle]) + [zstd, .fletcher32])
    var encoder = ChunkEncoder(
      elementType: isByte ? .uint8 : .uint16, elementCount: cellCount, level: 1)
    var counts = [Int32](repeating: 0, count: cellCount)
    for sample in 0..<frames.extents[0] {
      try frames.readRows(sample..<(sample + 1), into: &counts)
      guard counts.allSatisfy({ UInt16(exactly: $0) != nil }),
        let chunk = encoder.encode(counts.map { UInt16(truncatingIfNeeded: $0) }[...])
      else {
        throw HDF5Error("\(frames.path), sample \(sample)", "counts from 0 to 65535 expected")
      }
      try copy.writeChunk(chunk, at: [sample, 0, 0, 0, 0])
      onSample(sample + 1, frames.extents[0])
    }
  }
}
