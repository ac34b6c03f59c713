import EventData
import FileAccess
import Support
import SystemPackage
import Testing

@testable import FrameCache
@testable import FrameConversion
@testable import GestureDataSet

@Suite("A merge refuses by name", .timeLimit(.minutes(30)))
struct ShardRefusalTests {
  private let files: ShardFiles
  private let parts: [FilePath]

  init() throws {
    files = try ShardFiles()
    parts = try files.shards(3)
  }

  @Test("missing shards, and shards given twice")
  func gapsAndDoubles() throws {
    #expect(
      files.refusal([parts[2], parts[0]])?.description
        == "\(parts[2]): all 3 shards expected, shard 2 is missing")
    #expect(
      files.refusal([parts[1]])?.detail == "all 3 shards expected, shards 1 and 3 are missing")
    #expect(
      files.refusal(parts + [parts[1]])?.description
        == "\(parts[1]): shard 2 of 3 found, as in \(parts[1]): each shard once expected")
    // Any number of shards may be claimed.
    try files.rewrite(
      parts[0], settings: { $0.shard = Shard(number: 4_000_000_000, of: 4_294_967_295) })
    #expect(
      files.refusal([parts[0]])?.detail
        == "all 4294967295 shards expected, shards 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 4294967284 "
        + "more are missing")
  }

  @Test("shards of other settings, and of another number of shards")
  func otherSettings() throws {
    let changes: [(String, ShardFiles.Change)] = [
      ("T 3 instead of 2", { $0.split = .number(frameCount: 3) }),
      ("split by time instead of number", { $0.split = .time(frameCount: 2) }),
      ("split by duration instead of number", { $0.split = .duration(microseconds: 10_000) }),
      ("invalid events drop instead of keep", { $0.invalidEvents = .drop }),
      ("empty windows skipped instead of kept", { $0.skipsEmptyWindows = true }),
      ("compression level 3 instead of 1", { $0.compressionLevel = 3 }),
      (
        "selection 'subjects=1,2,24' instead of 'all'",
        {
          $0.dataSet = GestureDataSetRequest(
            self.files.input, selection: DataSetSelection(subjects: [1, 2, 24]))
        }
      ),
    ]
    for (difference, change) in changes {
      let other = try files.shards(3, nil, named: "other", change)
      let error = files.refusal([parts[0], parts[1], other[2]])
      #expect(error?.path == other[2])
      #expect(
        error?.detail
          == "a shard of the conversion of \(parts[0]) expected, one of another found: \(difference)"
      )
    }
    let two = try files.shards(2, nil, named: "two")
    #expect(
      files.refusal([parts[0], two[1]])?.description
        == "\(two[1]): one of 3 shards expected, as \(parts[0]), shard 2 of 2 found")
  }

  /// Merges shards of the data set with the last of another, which differs by `change` alone.
  private func mergeWithOther(
    _ change: (inout SmallDataSet) -> Void, _ changeFolder: (FilePath) throws -> Void = { _ in }
  ) throws -> (last: FilePath, result: Result<MergeReport, FrameCacheError>) {
    var generator = SeededGenerator(seed: 31)
    var dataSet = SmallDataSet.random(using: &generator)
    change(&dataSet)
    let other = try ShardFiles(dataSet)
    for name in try namesInDirectory(other.input) where files.input.appending(name).exists {
      let (from, to) = (files.input.appending(name).string, other.input.appending(name).string)
      let result = try runCommand("touch", ["-r", from, to])
      try #require(result.exitCode == 0, "\(result.standardError)")
    }
    try changeFolder(other.input)
    let last = try other.shards(3)[2]
    let result = Result { () throws(FrameCacheError) in
      try files.merge([parts[0], parts[1], last])
    }
    return (last, result)
  }

  @Test("shards of recordings, lists or labels that differ")
  func otherRecordings() throws {
    #expect(throws: Never.self) { try mergeWithOther { _ in }.result.get() }
    let first = files.input.appending("user02_led.aedat")
    let byteCount = try FileIdentity(of: first).byteCount
    let changes: [(String, (inout SmallDataSet) -> Void, (FilePath) throws -> Void)] = [
      (
        "user02_led.aedat of \(byteCount + 36) bytes instead of \(byteCount)",
        { dataSet in
          var more = RecordingBuilder()
          more.append([PolarityEvent(x: 0, y: 0, isOn: true, timestampMicroseconds: 80_000)])
          let empty = RecordingBuilder().bytes.count
          dataSet.train[0].bytes += more.bytes[empty...]
        }, { _ in }
      ),
      (
        "user02_led.aedat with other labels or windows", { $0.train[0].rows[1].classNumber = 4 },
        { _ in }
      ),
      (
        "user01_fluorescent_led.aedat instead of user02_led.aedat", { $0.train.swapAt(0, 1) },
        { _ in }
      ),
      ("3 recordings instead of 4", { $0.test = [] }, { _ in }),
      (
        "user02_led.aedat in the test split instead of train",
        { dataSet in
          dataSet.test = dataSet.train + dataSet.test
          dataSet.train = []
        }, { _ in }
      ),
      (
        "user02_led.aedat changed at another time (cp -p and rsync -t keep the times of files)",
        { _ in }, { try touch($0.appending("user02_led.aedat")) }
      ),
      (
        "trials_to_train.txt changed at another time (cp -p and rsync -t keep the times of files)",
        { _ in }, { try touch($0.appending("trials_to_train.txt")) }
      ),
      (
        "trials_to_train.txt with other content", { _ in },
        { folder in
          let list = folder.appending("trials_to_train.txt")
          try writeFile(try readFile(list) + [UInt8(ascii: "\n")], to: list)
        }
      ),
    ]
    for (difference, change, changeFolder) in changes {
      let (last, result) = try mergeWithOther(change, changeFolder)
      let error = #expect(throws: FrameCacheError.self) { try result.get() }
      #expect(error?.path == last)
      #expect(
        error?.detail
          == "a shard of the conversion of \(parts[0]) expected, one of another found: \(difference)"
      )
    }
  }

  @Test("shards of two archives with recordings of the same sizes")
  func otherArchive() throws {
    var paths: [FilePath] = []
    for number in 0..<2 {
      // Another time of one member gives another archive.
      if number == 1 { try touch(files.input.appending("user24_lab.aedat")) }
      let result = try runCommand(
        "tar", ["-czf", "a.tar.gz", "DvsGesture"], in: files.directory.path)
      try #require(result.exitCode == 0, "\(result.standardError)")
      let request = GestureDataSetRequest(files.directory.file("a.tar.gz"))
      paths.append(try files.shards(2, request, named: "archive")[number])
      let kept = files.directory.file("kept-\(number).h5")
      try writeFile(try readFile(paths[number]), to: kept)
      paths[number] = kept
    }
    #expect(files.refusal(paths)?.detail.hasSuffix(": a.tar.gz with other content") == true)
    #expect(
      files.refusal([parts[0], parts[1], paths[1]])?.detail.contains("one of 3 shards") == true)
  }

  @Test("shards that have other recordings than were dealt to them, or samples of others")
  func otherParts() throws {
    let list = try #require(try FrameCache(opening: parts[0]).shardList)
    #expect(list.parts.count > 0)
    try files.rewrite(
      parts[0], list: { $0.parts = [] }, records: { $0 = $0.mapValues { _ in [] } })
    #expect(
      files.refusal(parts)?.description
        == "\(parts[0]): the \(list.parts.count) recordings of shard 1 of 3 expected, other "
        + "recordings than assigned found")
    try files.rewrite(parts[0]) { $0.readingOrder.swapAt(0, 1) }
    #expect(files.refusal(parts)?.detail.hasSuffix(": the recordings in another order") == true)
  }

  @Test("a shard of more frames than its longest sample has, by duration")
  func tooManyFrames() throws {
    let parts = try files.shards(3, nil, named: "long") { $0.split = .duration(microseconds: 1000) }
    let cache = try FrameCache(opening: parts[0])
    let longest = cache.frameCount
    try files.rewrite(
      parts[0],
      records: { records in
        records = records.mapValues {
          $0.map { record in
            var record = record
            record.frameCount = 1
            return record
          }
        }
      })
    #expect(longest > 1)
    #expect(
      files.refusal(parts)?.description
        == "\(parts[0]): T 1 expected, as of the shard's longest sample, T \(longest) found")
  }

  @Test("events outside the sensor, counted without overflow however many a file claims")
  func manyEvents() {
    let (path, sensor) = (FilePath("x"), FrameShape(width: 4, height: 4))
    let few = OutsideEvents(path, sensor, count: .max, outsideCount: .max / 4)
    #expect(throws: Never.self) { try few?.requireFew() }
    #expect(few?.warning.description.contains(" (25.0 %) lie outside") == true)
    let most = OutsideEvents(path, sensor, count: .max - 1, outsideCount: .max - 1)
    #expect(throws: FrameCacheError.self) { try most?.requireFew() }
  }

  @Test("what no conversion writes: sources, samples and counts that contradict the list")
  func contradictions() throws {
    func refusal(_ rewrite: (FilePath) throws -> Void) throws -> String? {
      let original = try readFile(parts[1])
      try rewrite(parts[1])
      let error = files.refusal(parts)
      try writeFile(original, to: parts[1])
      #expect(error?.path == parts[1])
      return error.map { "\($0.location): \($0.detail)" }
    }
    let cache = try FrameCache(opening: parts[1])
    let list = try #require(cache.shardList)
    let own = list.recordings[list.parts[0].recording]
    #expect(
      try refusal { try files.rewrite($0, sources: { $0.removeAll { $0.name == own.fileName } }) }
        == "/sources: \(own.fileName) as in the list of recordings expected, another state or none "
        + "found")
    #expect(
      try refusal { try files.rewrite($0, sources: { $0.append($0[0]) }) }
        == "/sources: each file once expected")
    #expect(
      try refusal {
        try files.rewrite($0) { $0.isArchive = true }
      }?.contains("an archive instead of a folder") == true)
    #expect(
      try refusal {
        try files.rewrite($0, records: { $0[own.split]?[0].recording = "user09_led" })
      }?.contains("a sample of \(own.name) expected, of user09_led found") == true)
    for level in [0, 23, Int(Int32.max), Int(Int32.max) + 1, Int(UInt32.max)] {
      let error = try refusal { try files.rewrite($0, settings: { $0.compressionLevel = level }) }
      #expect(error == ": a compression level from 1 to 22 expected, \(level) found")
    }
    #expect(
      try refusal { try files.rewrite($0) { $0.parts[0].sampleCount += 1 } }?
        .hasPrefix("/shard_list/part_samples: ") == true)
    #expect(
      try refusal { try files.rewrite($0) { $0.parts[0].eventCount = .max } }?
        .hasPrefix("/shard_list/part_events: ") == true)
    #expect(
      try refusal {
        try files.rewrite($0) { $0.parts[0].outsideCount = $0.parts[0].eventCount + 1 }
      }?.hasPrefix("/shard_list/part_outside_events: ") == true)
    #expect(
      try refusal { try files.rewrite($0) { $0.readingOrder[0] = $0.readingOrder[1] } }?
        .hasPrefix("/shard_list/reading_order: ") == true)
    #expect(
      try refusal { try files.rewrite($0) { $0.parts[0].recording = 99 } }?
        .hasPrefix("/shard_list/part_recording: ") == true)
    #expect(
      try refusal { try files.rewrite($0) { $0.warnings = [.init(recording: 99, text: "x")] } }?
        .hasPrefix("/shard_list/warning_recording: ") == true)
  }

  @Test("whole caches among several files, shards without a list, and shards of another version")
  func otherFiles() throws {
    let whole = try Conversion(files.options("whole.h5")).run().destination
    #expect(
      files.refusal([parts[0], whole, parts[2]])?.description
        == "\(whole): a shard expected ('dvsprep convert --shard'), a whole cache found")
    let unlisted = files.directory.file("unlisted.h5")
    try TinyCache.write(unlisted, sampleCounts: [.train: 1], shard: Shard(number: 1, of: 3))
    #expect(
      files.refusal([unlisted, parts[1], parts[2]])?.description
        == "\(unlisted): the list of its recordings expected, none found: 'dvsprep convert --shard' "
        + "makes the shard with it")
    let bytes = try readFile(parts[1])
    let tool = Array(CacheFormat.tool.utf8)
    let start = try #require(
      bytes.indices.dropLast(tool.count).first { bytes[$0..<$0 + tool.count].elementsEqual(tool) })
    try writeFile(
      ChecksummedFile(bytes).changing([(start + tool.count - 1, UInt8(ascii: "9"))]), to: parts[1])
    let error = files.refusal(parts)
    #expect(error?.path == parts[1])
    #expect(error?.detail.hasPrefix("a shard made by \(CacheFormat.tool) expected, by ") == true)
  }

  @Test("a shard with a damaged chunk, even if its checksum is right; nothing is changed")
  func damagedChunk() throws {
    let existing = try files.directory.write("existing", to: "all.h5")
    let bytes = try readFile(parts[1])
    let file = ChecksummedFile(bytes)
    let cache = try FrameCache(opening: parts[1])
    let sample = try #require(cache.samples.last)
    let chunk = try #require(cache.chunks[sample.split]?[sample.number])
    for changed in [
      CacheDamage.flipped(bytes, at: chunk.lowerBound + chunk.count / 2),
      file.changing([(chunk.upperBound - 7, ~bytes[chunk.upperBound - 7])]),
    ] {
      try writeFile(changed, to: parts[1])
      let error = files.refusal(parts)
      #expect(error?.code == .chunk && error?.path == parts[1])
      #expect(error?.location == cache.location(of: sample))
      #expect(try readFile(existing) == Array("existing".utf8))
    }
    #expect(
      try files.directory.names()
        == ["DvsGesture", "all.h5", "part-1.h5", "part-2.h5", "part-3.h5"])
  }

  @Test("shards whose number of frames and of samples together exceed the memory")
  func memory() throws {
    let schema = DataSetSchema(
      name: "tiny", sensor: FrameShape(width: 1, height: 1), classNames: ["a"], splitRule: "none")
    let sampleCount = 100_000
    let recordings = ["a", "b"].map { name in
      ShardList.Recording(
        fileName: name, name: name, split: .train, byteCount: 1, modificationNanoseconds: 0,
        samplesHash: 0)
    }
    var paths: [FilePath] = []
    for (number, frameCount, count) in [(0, 65_535, 1), (1, 1, sampleCount)] {
      let path = files.directory.file("tiny-\(number).h5")
      let settings = CacheSettings(
        split: .duration(microseconds: 1), shard: Shard(number: number, of: 2))
      var writer = try FrameCacheWriter(
        path, named: path, schema: schema, settings: settings, frameCount: frameCount,
        sampleCounts: [.train: count], elementType: .uint8)
      var encoder = ChunkEncoder(elementType: .uint8, elementCount: 2 * frameCount, level: 1)
      let chunk = encoder.encode([]) ?? []
      for sample in 0..<count { try writer.writeChunk(chunk, of: SampleIndex(.train, sample)) }
      // The shards' longest samples have all their frames, of which none has an event.
      let times = [Int64](repeating: -1, count: frameCount)
      let records = (0..<count).map { sample in
        SampleRecord(
          label: 0, name: "\(recordings[number].name)_\(sample)",
          recording: recordings[number].name,
          attributes: [], windowMicroseconds: 0..<1, eventCount: 0,
          frameCount: UInt32(frameCount), frameStartMicroseconds: times, frameEndMicroseconds: times
        )
      }
      try writer.finish(
        records: [.train: records],
        sources: [
          SourceFile(
            name: recordings[number].name, byteCount: 1, modificationNanoseconds: 0, contentHash: 0)
        ],
        shardList: ShardList(
          input: "in", isArchive: false, isSensorNamed: false, recordings: recordings,
          readingOrder: [0, 1],
          parts: [
            ShardList.Part(
              recording: number, sampleCount: count, emptyWindowCount: 0, eventCount: 0,
              outsideCount: 0)
          ]))
      paths.append(path)
    }
    #expect(
      files.refusal(paths)?.detail
        .hasPrefix("the times of 65535 frames of 100001 samples need more memory than") == true)
  }

  @Test("or merges, but never crashes, whatever is changed in a shard with all checksums corrected")
  func consistentChanges() throws {
    let original = try readFile(parts[1])
    let merged = try files.merge(parts).cacheByteCount
    let file = ChecksummedFile(original)
    var generator = SeededGenerator(printingSeedFor: "ShardRefusalTests.consistentChanges")
    var refusedCount = 0
    let mutantCount = 400
    let blocks = file.blocks + file.chunks
    for _ in 0..<mutantCount {
      guard let block = blocks.randomElement(using: &generator) else { continue }
      let byteOffset = Int.random(in: block.content, using: &generator)
      let choices: [UInt8] = [0, 1, 0x7F, 0x80, 0xFF, original[byteOffset] &+ 1]
      let byte = choices.randomElement(using: &generator) ?? 0
      try writeFile(file.changing([(byteOffset, byte)]), to: parts[1])
      do throws(FrameCacheError) {
        #expect(try files.merge(parts).cacheByteCount <= 2 * merged)
      } catch {
        refusedCount += 1
        #expect(!error.description.contains("\n") && !error.detail.isEmpty)
      }
    }
    #expect(refusedCount > mutantCount / 10)
    print("shards changed with new checksums: \(mutantCount), refused: \(refusedCount)")
  }
}
