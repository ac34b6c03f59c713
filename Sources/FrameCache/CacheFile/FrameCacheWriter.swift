package import EventData
internal import FileAccess
internal import GestureDataSet
internal import HDF5
package import SystemPackage

/// Writes a cache to a file that is not yet published.
///
/// The datasets are made first, then the chunks written in any order, then the records.
package struct FrameCacheWriter: ~Copyable {
  private let path: FilePath
  private let file: HDF5File
  private let frames: [DataSetSplit: FramesDataset]
  private let frameCount: Int

  private final class FramesDataset {
    let dataset: HDF5Dataset
    init(_ dataset: consuming HDF5Dataset) { self.dataset = dataset }
  }

  /// Makes the file with its attributes and empty datasets of frames.
  ///
  /// - Parameters:
  ///   - path: The file, which is overwritten.
  ///   - messagePath: Its name in messages.
  ///   - settings: What the cache is made by.
  ///   - frameCount: T, the same for all samples.
  ///   - sampleCounts: N of each part.
  ///   - elementType: What counts are stored as.
  package init(
    _ path: FilePath, named messagePath: FilePath, settings: CacheSettings, frameCount: Int,
    sampleCounts: [DataSetSplit: Int], elementType: ElementType
  ) throws(FrameCacheError) {
    do throws(HDF5Error) {
      try registerExternalFilter(number: ZstdFilter.number, name: ZstdFilter.name)
      let file = try HDF5File(creating: path.string)
      try Self.writeAttributes(settings, frameCount: frameCount, to: file.root)
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
        let frameExtents = [DVS128.channelCount, DVS128.height, DVS128.width]
        frames[split] = FramesDataset(
          try group.createChunkedDataset(
            CacheFormat.Dataset.frames, type: elementType.hdf5Type,
            extents: [sampleCounts[split] ?? 0, frameCount] + frameExtents,
            chunkExtents: [1, frameCount] + frameExtents, filters: filters))
      }
      self.path = messagePath
      self.frameCount = frameCount
      self.file = file
      self.frames = frames
    } catch {
      throw FrameCacheError(messagePath, error)
    }
  }

  private static func writeAttributes(
    _ settings: CacheSettings, frameCount: Int, to root: borrowing HDF5Group
  ) throws(HDF5Error) {
    typealias Name = CacheFormat.Attribute
    try root.setAttribute(Name.format, CacheFormat.name)
    try root.setAttribute(Name.version, CacheFormat.version)
    try root.setAttribute(Name.framesNumber, UInt32(frameCount))
    try root.setAttribute(Name.splitBy, settings.split.name)
    var durationMicroseconds: Int64 = 0
    if case .duration(let microseconds) = settings.split { durationMicroseconds = microseconds }
    try root.setAttribute(Name.durationMicroseconds, durationMicroseconds)
    try root.setAttribute(Name.invalidEvents, settings.invalidEvents.rawValue)
    try root.setAttribute(Name.emptyWindows, settings.skipsEmptyWindows ? "skip" : "keep")
    try root.setAttribute(Name.selection, settings.selection)
    try root.setAttribute(Name.classNames, Gesture.allCases.map(\.name))
    try root.setAttribute(Name.axes, CacheFormat.axes)
    try root.setAttribute(Name.tool, CacheFormat.tool)
  }

  /// Writes the frames of a sample, encoded.
  package mutating func writeChunk(_ chunk: [UInt8], of sample: SampleIndex) throws(FrameCacheError)
  {
    do throws(HDF5Error) {
      try frames[sample.split]?.dataset.writeChunk(chunk, at: [sample.number, 0, 0, 0, 0])
    } catch {
      throw FrameCacheError(path, error)
    }
  }

  /// Writes what is known of the samples and of the sources, and closes the file.
  ///
  /// - Parameters:
  ///   - records: All samples of each part, in the order of their chunks.
  ///   - sources: The files that the cache was made from.
  package consuming func finish(
    records: [DataSetSplit: [SampleRecord]], sources: [SourceFile]
  ) throws(FrameCacheError) {
    do throws(HDF5Error) {
      for split in DataSetSplit.allCases {
        try Self.write(
          records[split] ?? [], frameCount: frameCount, to: try file.root.group(split.rawValue))
      }
      let group = try file.root.createGroup(CacheFormat.Source.group)
      typealias Name = CacheFormat.Source
      try group.writeDataset(Name.name, sources.map(\.name))
      try group.writeColumn(Name.byteCount, sources.map(\.byteCount))
      try group.writeColumn(
        Name.modificationNanoseconds, sources.map(\.modificationNanoseconds))
      try group.writeColumn(Name.contentHash, sources.map(\.contentHash))
      try file.flush()
    } catch {
      throw FrameCacheError(path, error)
    }
  }

  private static func write(
    _ records: [SampleRecord], frameCount: Int, to group: borrowing HDF5Group
  ) throws(HDF5Error) {
    typealias Name = CacheFormat.Dataset
    try group.writeColumn(Name.labels, records.map(\.label))
    try group.writeDataset(Name.names, records.map(\.name))
    try group.writeDataset(Name.recording, records.map(\.recording))
    try group.writeColumn(Name.subject, records.map(\.subject))
    try group.writeDataset(Name.lighting, records.map(\.lighting))
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
  fileprivate borrowing func writeColumn(
    _ name: String, _ values: [some HDF5Element]
  ) throws(HDF5Error) {
    try writeDataset(name, values, extents: [values.count])
  }
}
