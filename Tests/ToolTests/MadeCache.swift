import EventData
import FrameCache
import Support
import SystemPackage

/// A cache of a data set that no recordings are of: T 2 by number, a bright spot a class.
struct MadeCache {
  let schema: DataSetSchema
  let sampleCounts: [DataSetSplit: Int]

  init(
    _ sensor: FrameShape, classCount: Int, columns: [AttributeColumn] = [],
    sampleCounts: [DataSetSplit: Int]
  ) {
    schema = DataSetSchema(
      name: "Made", sensor: sensor, classNames: (0..<classCount).map { "thing \($0)" },
      columns: columns, splitRule: "by number")
    self.sampleCounts = sampleCounts
  }

  /// Labels and attributes go round; a text column has another value for every sample.
  private func record(_ number: Int, _ split: DataSetSplit) -> SampleRecord {
    SampleRecord(
      label: UInt16(number % schema.classNames.count), name: "\(split.rawValue)_\(number)_0",
      recording: "\(split.rawValue)_\(number)",
      attributes: schema.columns.map { column in
        column.kind == .integer ? .integer(Int64(number % 3)) : .text("take \(number)")
      },
      windowMicroseconds: 0..<1000, eventCount: 8, frameCount: 2, frameStartMicroseconds: [0, 500],
      frameEndMicroseconds: [499, 999])
  }

  func write(_ path: FilePath) throws {
    var writer = try FrameCacheWriter(
      path, named: path, schema: schema, settings: CacheSettings(split: .number(frameCount: 2)),
      frameCount: 2, sampleCounts: sampleCounts, elementType: .uint8)
    let cellCount = schema.sensor.cellCount
    var encoder = ChunkEncoder(elementType: .uint8, elementCount: 2 * cellCount, level: 1)
    for split in DataSetSplit.allCases {
      for number in 0..<(sampleCounts[split] ?? 0) {
        var counts = [UInt16](repeating: 0, count: 2 * cellCount)
        let place = number % schema.classNames.count * 17 % (cellCount - 4)
        for frame in 0..<2 { for cell in 0..<4 { counts[frame * cellCount + place + cell] = 9 } }
        try writer.writeChunk(encoder.encode(counts[...]) ?? [], of: SampleIndex(split, number))
      }
    }
    var records: [DataSetSplit: [SampleRecord]] = [:]
    for (split, count) in sampleCounts {
      records[split] = (0..<count).map { record($0, split) }
    }
    try writer.finish(
      records: records,
      sources: [
        SourceFile(name: "made", byteCount: 1, modificationNanoseconds: 1, contentHash: 1)
      ])
  }
}
