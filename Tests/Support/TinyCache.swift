package import EventData
package import FrameCache
internal import GestureDataSet
package import SystemPackage

/// Caches of any number of synthetic samples.
package enum TinyCache {
  /// The record of sample `number`; its events lie in a window of 1000 µs.
  package static func record(
    _ number: Int, frameCount: Int, _ schema: DataSetSchema
  ) -> SampleRecord {
    SampleRecord(
      label: UInt16(number % schema.classNames.count), name: "user01_led_\(number)",
      recording: "user01_led",
      attributes: schema.columns.map { $0.kind == .integer ? .integer(1) : .text("led") },
      windowMicroseconds: Int64(number)..<Int64(number + 1000),
      eventCount: UInt32(frameCount), frameCount: UInt32(frameCount),
      frameStartMicroseconds: (0..<frameCount).map { Int64(number + $0) },
      frameEndMicroseconds: (0..<frameCount).map { Int64(number + $0 + 1) })
  }

  /// A list of two recordings, both in the shard.
  private static func list(_ sampleCounts: [DataSetSplit: Int], _ shard: Shard) -> ShardList {
    let recordings = DataSetSplit.allCases.map { split in
      ShardList.Recording(
        fileName: "\(split.rawValue)/ä.aedat", name: "user01_led", split: split, byteCount: 77,
        modificationNanoseconds: -7, samplesHash: .max)
    }
    return ShardList(
      input: "Gebärden", isArchive: false, isSensorNamed: true, recordings: recordings,
      readingOrder: [1, 0],
      parts: recordings.enumerated().map { number, recording in
        ShardList.Part(
          recording: number, sampleCount: sampleCounts[recording.split] ?? 0, emptyWindowCount: 1,
          eventCount: 500, outsideCount: 5)
      },
      warnings: [
        ShardList.Warning(recording: nil, text: "a warning"),
        ShardList.Warning(recording: 1, text: "another"),
      ])
  }

  /// Writes a cache with the library, with the chunks in reverse order of the samples.
  package static func write(
    _ path: FilePath, sampleCounts: [DataSetSplit: Int], frameCount: Int = 1,
    elementType: ElementType = .uint8, schema: DataSetSchema? = nil,
    preprocessing: Preprocessing? = nil, shard: Shard = .whole, hasList: Bool = false
  ) throws {
    let schema = schema ?? .gesture
    let settings = CacheSettings(
      split: .number(frameCount: frameCount), preprocessing: preprocessing, shard: shard)
    let frameCellCount = (preprocessing?.frameShape ?? schema.sensor).cellCount
    var writer = try FrameCacheWriter(
      path, named: path, schema: schema, settings: settings, frameCount: frameCount,
      sampleCounts: sampleCounts,
      elementType: elementType)
    var encoder = ChunkEncoder(
      elementType: elementType, elementCount: frameCount * frameCellCount, level: 1)
    // Chunks that differ in content and size, unless the frames are very small.
    let chunks = (0..<7).map { number in
      var counts = [UInt16](repeating: 0, count: frameCount * frameCellCount)
      for frame in 0..<frameCount {
        counts[frame * frameCellCount + number * number % frameCellCount] = 1
      }
      return encoder.encode(counts[...]) ?? []
    }
    for split in DataSetSplit.allCases {
      for number in (0..<(sampleCounts[split] ?? 0)).reversed() {
        try writer.writeChunk(chunks[number % chunks.count], of: SampleIndex(split, number))
      }
    }
    let source = SourceFile(
      name: "archive.tar.gz", byteCount: 5, modificationNanoseconds: -7, contentHash: .max)
    try writer.finish(
      records: sampleCounts.mapValues { count in
        (0..<count).map { record($0, frameCount: frameCount, schema) }
      },
      sources: [source], shardList: hasList ? list(sampleCounts, shard) : nil)
  }
}
