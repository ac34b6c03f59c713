import EventData
import FileAccess
import Support
import SystemPackage
import Testing

@testable import FrameCache
@testable import FrameConversion
@testable import GestureDataSet

/// A data set, its cache, and its shards, in one folder.
struct ShardFiles {
  let directory: TemporaryDirectory
  let input: FilePath

  typealias Change = (inout ConversionOptions) -> Void

  /// Writes the data set.
  init(_ dataSet: SmallDataSet) throws {
    directory = try TemporaryDirectory()
    input = directory.file("DvsGesture")
    try dataSet.write(to: input)
  }

  /// Writes four recordings of random events.
  init(seed: UInt64 = 31) throws {
    var generator = SeededGenerator(seed: seed)
    try self.init(SmallDataSet.random(using: &generator))
  }

  /// Options of a small conversion.
  func options(
    _ name: String, _ shard: Shard = .whole, _ request: (any DataSetRequest)? = nil,
    _ change: Change = { _ in }
  ) -> ConversionOptions {
    var options = ConversionOptions(request ?? GestureDataSetRequest(input))
    options.output = directory.file(name)
    options.split = .number(frameCount: 2)
    options.replacesExisting = true
    options.threadCount = 2
    options.shard = shard
    change(&options)
    return options
  }

  /// Converts into shards, and returns their paths.
  func shards(
    _ count: Int, _ request: (any DataSetRequest)? = nil, named prefix: String = "part",
    _ change: Change = { _ in }
  ) throws -> [FilePath] {
    try (0..<count).map { number in
      let options = options(
        "\(prefix)-\(number + 1).h5", Shard(number: number, of: count), request, change)
      return try Conversion(options).run().destination
    }
  }

  /// Merges shards into `all.h5`.
  @discardableResult
  func merge(
    _ paths: [FilePath], onWarning: @escaping @Sendable (String) -> Void = { _ in }
  ) throws(FrameCacheError) -> MergeReport {
    try ShardMerge(
      paths, to: directory.file("all.h5"), replacesExisting: true, threadCount: 2,
      onWarning: onWarning
    ).run()
  }

  /// The error of a merge; fails if there is none, or it is not one line.
  func refusal(_ paths: [FilePath]) -> FrameCacheError? {
    let error = #expect(throws: FrameCacheError.self) { try merge(paths) }
    #expect(error?.description.contains("\n") == false)
    return error
  }

  /// Checks that the shards give the bytes and warnings of a single conversion.
  ///
  /// - Returns: What the merge reports.
  @discardableResult
  func check(
    _ count: Int, _ request: (any DataSetRequest)? = nil, _ change: Change = { _ in }
  ) throws -> MergeReport {
    let single = try Conversion(options("single.h5", .whole, request, change)).run()
    let report = try merge(try shards(count, request, change).reversed())
    #expect(
      try readFile(directory.file("all.h5")) == readFile(single.destination),
      "the merged cache has other bytes")
    #expect(report.warnings == single.warnings.map(\.description))
    #expect(report.elementType == single.elementType)
    #expect(report.sampledEventCount == single.sampledEventCount)
    return report
  }

  /// Writes the content of a shard again, with changes that `convert` never makes.
  func rewrite(
    _ path: FilePath, list changeList: (inout ShardList) -> Void = { _ in },
    settings change: (inout CacheSettings) -> Void = { _ in },
    sources changeSources: (inout [SourceFile]) -> Void = { _ in },
    records changeRecords: (inout [DataSetSplit: [SampleRecord]]) -> Void = { _ in }
  ) throws {
    let cache = try FrameCache(opening: path)
    var settings = cache.settings
    change(&settings)
    var (sources, records) = (cache.sources, cache.records)
    changeSources(&sources)
    changeRecords(&records)
    var list = try #require(cache.shardList)
    changeList(&list)
    let chunks = try cache.samples.map { try cache.storedChunk(of: $0) }
    let counts = records.mapValues(\.count)
    let samples = cache.samples
    var writer = try FrameCacheWriter(
      path, named: path, schema: cache.schema, settings: settings, frameCount: cache.frameCount,
      sampleCounts: counts, elementType: cache.elementType)
    for (sample, chunk) in zip(samples, chunks) where sample.number < counts[sample.split] ?? 0 {
      try writer.writeChunk(chunk, of: sample)
    }
    try writer.finish(records: records, sources: sources, shardList: list)
  }
}
