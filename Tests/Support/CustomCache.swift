package import EventData
package import FrameCache
package import SystemPackage

/// A cache of synthetic frames, for any sensor, classes and attributes.
///
/// In each sample a bar of ON events moves to the right, followed by one of OFF events. Its first
/// column depends on the class.
package struct CustomCache: Sendable {
  /// The data set: sensor, classes, attributes.
  package var schema: DataSetSchema
  /// T, the number of frames of each sample.
  package var frameCount = 2
  /// The number of samples in each split.
  package var sampleCounts: [DataSetSplit: Int] = [.train: 6, .test: 3]
  /// Crop, binning and dropped pixels, if any.
  package var preprocessing: Preprocessing?
  /// A pixel with 200 additional ON events in each frame, if any.
  package var hotPixel: Preprocessing.Pixel?
  /// The shard that the cache is marked as.
  package var shard = Shard.whole

  /// Describes a cache with classes `thing 0`, `thing 1`, … and three attributes: `session` (five
  /// values), `place` (three values) and `serial` (a different one for each sample).
  package init(_ width: Int, _ height: Int, classCount: Int = 3) {
    schema = DataSetSchema(
      name: "Made <Things>", sensor: FrameShape(width: width, height: height),
      classNames: (0..<classCount).map { "thing \($0)" },
      columns: [
        AttributeColumn("session", .integer), AttributeColumn("place", .text),
        AttributeColumn("serial", .text),
      ],
      splitRule: "session", labelTable: "things.csv")
  }

  /// The size of a frame in pixels.
  package var shape: FrameShape { preprocessing?.frameShape ?? schema.sensor }

  /// Writes the cache.
  ///
  /// - Throws: ``FrameCache/FrameCacheError`` if the cache cannot be written.
  package func write(to path: FilePath) throws {
    let settings = CacheSettings(
      split: .number(frameCount: frameCount), preprocessing: preprocessing, shard: shard)
    var writer = try FrameCacheWriter(
      path, named: path, schema: schema, settings: settings, frameCount: frameCount,
      sampleCounts: sampleCounts, elementType: .uint8)
    var encoder = ChunkEncoder(
      elementType: .uint8, elementCount: frameCount * shape.cellCount, level: 1)
    var records: [DataSetSplit: [SampleRecord]] = [:]
    for split in DataSetSplit.allCases {
      records[split] = []
      for number in 0..<(sampleCounts[split] ?? 0) {
        let counts = counts(ofSample: number)
        try writer.writeChunk(encoder.encode(counts[...]) ?? [], of: SampleIndex(split, number))
        records[split]?.append(
          record(number, split, eventCount: counts.reduce(0) { $0 + Int($1) }))
      }
    }
    try writer.finish(records: records, sources: [])
  }

  /// The counts of a sample, `[T, 2, H, W]`.
  package func counts(ofSample number: Int) -> [UInt16] {
    let (width, height) = (shape.width, shape.height)
    var counts = [UInt16](repeating: 0, count: frameCount * shape.cellCount)
    let bar = max(1, width / 10)
    let label = number % schema.classNames.count
    for frame in 0..<frameCount {
      let left = (label * 7 + frame * bar) % width
      for y in height / 4..<max(height / 4 + 1, 3 * height / 4) {
        for offset in 0..<bar {
          let on = ((2 * frame + 1) * height + y) * width + (left + offset) % width
          counts[on] = UInt16(1 + (y + offset) % 3)
          let off = (2 * frame * height + y) * width + (left + width - offset - 1) % width
          counts[off] = UInt16(1 + y % 2)
        }
      }
      if let hotPixel {
        counts[((2 * frame + 1) * height + hotPixel.y) * width + hotPixel.x] += 200
      }
    }
    return counts
  }

  private func record(_ number: Int, _ split: DataSetSplit, eventCount: Int) -> SampleRecord {
    let start = Int64(number) * 1_000_000
    let frameStarts = (0..<frameCount).map { start + Int64($0) * 10_000 }
    return SampleRecord(
      label: UInt16(number % schema.classNames.count), name: "rec\(number / 4)_\(number)",
      recording: "rec\(number / 4)",
      attributes: schema.columns.map { column in
        switch (column.name, column.kind) {
        case ("serial", _): .text("\(split.rawValue)-\(number)")
        case (_, .integer): .integer(Int64(number % 5) - 2)
        case (_, .text): .text(["hall <1>", "street", "wood"][number % 3])
        }
      },
      windowMicroseconds: start..<start + Int64(frameCount) * 10_000,
      eventCount: UInt32(eventCount), frameCount: UInt32(frameCount),
      frameStartMicroseconds: frameStarts, frameEndMicroseconds: frameStarts.map { $0 + 9_000 })
  }
}
