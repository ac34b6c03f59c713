internal import EventData
internal import FrameCache
internal import SystemPackage

/// All shards of one conversion, in order.
///
/// The files may come from other machines, other conversions, or an attacker: only what they agree
/// on, and what follows from it, is used.
struct ShardSet {
  /// The shards, each at its own number.
  let shards: [FrameCache]
  /// The lists of the shards.
  let lists: [ShardList]
  /// What the merged cache was made with.
  let settings: CacheSettings
  /// For each recording of the data set, its shard and the index of its part there.
  let owners: [(shard: Int, part: Int)]

  /// The recordings of the whole data set.
  var recordings: [ShardList.Recording] { lists[0].recordings }

  /// Checks that the files are all shards of one conversion.
  ///
  /// - Parameter caches: At least one, in any order.
  /// - Throws: ``FrameCacheError`` that names the first file that is not, or the shard that is
  ///   missing or there twice.
  init(_ caches: [FrameCache]) throws(FrameCacheError) {
    let first = caches[0]
    for cache in caches {
      try Self.requireShard(cache)
      try Self.requireNoDifference(of: cache, from: first)
    }
    let count = first.settings.shard.count
    var files: [Int: FrameCache] = [:]
    for cache in caches {
      if let other = files.updateValue(cache, forKey: cache.settings.shard.number) {
        throw FrameCacheError(
          .content, cache.path, "",
          "shard \(cache.settings.shard) found, as in \(other.path): each shard once expected")
      }
    }
    guard files.count == count else {
      throw FrameCacheError(
        .content, first.path, "",
        "all \(count) shards expected, \(Self.missingText(files.keys.sorted(), of: count))")
    }
    shards = files.sorted { $0.key < $1.key }.map(\.value)
    lists = shards.compactMap(\.shardList)
    var settings = first.settings
    settings.shard = .whole
    self.settings = settings
    owners = try Self.owners(of: shards, lists)
    for (shard, list) in zip(shards, lists) {
      try Self.requireSources(of: shard, list)
      try Self.requireOwnSamples(of: shard, list)
      try Self.requireEqualTexts(of: shard, list, as: shards[0], lists[0])
    }
  }

  private static func requireShard(_ cache: FrameCache) throws(FrameCacheError) {
    func require(_ condition: Bool, _ detail: String) throws(FrameCacheError) {
      guard condition else { throw FrameCacheError(.content, cache.path, "", detail) }
    }
    try require(cache.isShard, "a shard expected ('dvsprep convert --shard'), a whole cache found")
    try require(
      cache.shardList != nil,
      "the list of its recordings expected, none found: 'dvsprep convert --shard' makes the shard "
        + "with it")
    try require(
      cache.tool == CacheFormat.tool,
      "a shard made by \(CacheFormat.tool) expected, by \(cache.tool) found: use one version for "
        + "all ('dvsprep convert --shard' with --force makes it again)")
    try requireSmallest(cache)
    let levels = CacheSettings.compressionLevels
    try require(
      levels.contains(cache.settings.compressionLevel),
      "a compression level from \(levels.lowerBound) to \(levels.upperBound) expected, "
        + "\(cache.settings.compressionLevel) found")
  }

  /// Throws if the frames are more, or their counts larger, than the shard's samples need.
  private static func requireSmallest(_ cache: FrameCache) throws(FrameCacheError) {
    if case .duration = cache.settings.split {
      let longest = cache.samples.reduce(1) { max($0, Int(cache.record(of: $1).frameCount)) }
      guard cache.frameCount == longest else {
        throw FrameCacheError(
          .content, cache.path, "",
          "T \(longest) expected, as of the shard's longest sample, T \(cache.frameCount) found")
      }
    }
    guard !cache.samples.isEmpty || cache.elementType == .uint8 else {
      throw FrameCacheError(
        .content, cache.path, "", "a shard without samples stored as uint8 expected, uint16 found")
    }
  }

  private static func requireNoDifference(
    of cache: FrameCache, from first: FrameCache
  ) throws(FrameCacheError) {
    let (found, expected) = (cache.settings.shard, first.settings.shard)
    guard found.count == expected.count else {
      throw FrameCacheError(
        .difference, cache.path, "",
        "one of \(expected.count) shards expected, as \(first.path), shard \(found) found")
    }
    var settings = cache.settings
    settings.shard = expected
    var differences =
      settings.differences(from: first.settings) + cache.schema.differences(from: first.schema)
    if differences.isEmpty, let list = cache.shardList, let other = first.shardList,
      let difference = list.dataSetDifference(from: other)
    {
      differences = [difference]
    }
    guard differences.isEmpty else {
      throw FrameCacheError(
        .difference, cache.path, "",
        "a shard of the conversion of \(first.path) expected, one of another found: "
          + differences.joined(separator: ", "))
    }
  }

  /// Names the missing shards, as in `shards 3 and 5 are missing`.
  private static func missingText(_ present: [Int], of count: Int) -> String {
    // The number of shards comes from a file, and may be any.
    let namedCount = 10
    var missing: [Int] = []
    var next = 0
    for number in present + [count] {
      while next < number && missing.count < namedCount {
        missing.append(next + 1)
        next += 1
      }
      next = number + 1
    }
    let otherCount = count - present.count - missing.count
    if otherCount > 0 {
      return "shards \(missing.map(String.init).joined(separator: ", ")) and \(otherCount) more "
        + "are missing"
    }
    guard let last = missing.popLast() else { return "more found" }
    return missing.isEmpty
      ? "shard \(last) is missing"
      : "shards \(missing.map(String.init).joined(separator: ", ")) and \(last) are missing"
  }

  /// Throws if a shard has other recordings than were dealt to it.
  private static func owners(
    of shards: [FrameCache], _ lists: [ShardList]
  ) throws(FrameCacheError) -> [(shard: Int, part: Int)] {
    let recordings = lists[0].recordings
    let deal = ShardDeal(recordings.map(\.byteCount), shardCount: shards.count)
    var expected = [[Int]](repeating: [], count: shards.count)
    var owners: [(shard: Int, part: Int)] = []
    for (recording, shard) in deal.shards.enumerated() {
      owners.append((shard, expected[shard].count))
      expected[shard].append(recording)
    }
    for (number, list) in lists.enumerated() where list.parts.map(\.recording) != expected[number] {
      throw FrameCacheError(
        .content, shards[number].path, "",
        "the \(expected[number].count) recordings of shard \(shards[number].settings.shard) "
          + "expected, other recordings than assigned found")
    }
    return owners
  }

  /// Throws if the sources of a shard of a folder lack a recording, or have it in another state.
  private static func requireSources(
    of shard: FrameCache, _ list: ShardList
  ) throws(FrameCacheError) {
    let sources = Dictionary(
      shard.sources.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    guard sources.count == shard.sources.count else {
      throw FrameCacheError(.content, shard.path, "/sources", "each file once expected")
    }
    if list.isArchive {
      guard sources.count == 1 else {
        throw FrameCacheError(
          .content, shard.path, "/sources", "one archive expected, \(sources.count) files found")
      }
      return
    }
    for part in list.parts {
      let recording = list.recordings[part.recording]
      guard let source = sources[recording.fileName], source.byteCount == recording.byteCount,
        source.modificationNanoseconds == recording.modificationNanoseconds
      else {
        throw FrameCacheError(
          .content, shard.path, "/sources",
          "\(recording.fileName) as in the list of recordings expected, another state or none found"
        )
      }
    }
  }

  /// Throws if a sample is not of the recording that the list names for it.
  private static func requireOwnSamples(
    of shard: FrameCache, _ list: ShardList
  ) throws(FrameCacheError) {
    var next: [DataSetSplit: Int] = [:]
    for part in list.parts {
      let recording = list.recordings[part.recording]
      let start = next[recording.split, default: 0]
      for number in start..<start + part.sampleCount {
        let sample = SampleIndex(recording.split, number)
        let found = shard.record(of: sample).recording
        guard found == recording.name else {
          throw FrameCacheError(
            .content, shard.path, shard.location(of: sample),
            "a sample of \(recording.name) expected, of \(found) found")
        }
      }
      next[recording.split] = start + part.sampleCount
    }
  }

  /// Throws if the archive, or lists and label files, have another content than those of the first
  /// shard.
  private static func requireEqualTexts(
    of shard: FrameCache, _ list: ShardList, as first: FrameCache, _ firstList: ShardList
  ) throws(FrameCacheError) {
    let found = texts(of: shard, list)
    let expected = texts(of: first, firstList)
    func fail(_ detail: String) -> FrameCacheError {
      FrameCacheError(
        .difference, shard.path, "",
        "a shard of the conversion of \(first.path) expected, one of another found: \(detail)")
    }
    for (source, other) in zip(found, expected) {
      guard source.name == other.name else { throw fail("\(source.name) instead of \(other.name)") }
      guard source.byteCount == other.byteCount, source.contentHash == other.contentHash else {
        throw fail("\(source.name) with other content")
      }
      guard source.modificationNanoseconds == other.modificationNanoseconds else {
        throw fail(
          "\(source.name) changed at another time (cp -p and rsync -t keep the times of files)")
      }
    }
    guard found.count == expected.count else {
      throw fail("\(found.count) lists and label files instead of \(expected.count)")
    }
  }

  /// The sources of a shard without its recordings.
  private static func texts(of shard: FrameCache, _ list: ShardList) -> [SourceFile] {
    if list.isArchive { return shard.sources }
    let own = Set(list.parts.map { list.recordings[$0.recording].fileName })
    return shard.sources.filter { !own.contains($0.name) }
  }

  /// The files from which a single conversion would have made the cache.
  var sources: [SourceFile] {
    let texts = Self.texts(of: shards[0], lists[0])
    if lists[0].isArchive { return texts }
    // Two shards may have parts of one recording.
    var names = Set(texts.map(\.name))
    let recordings = shards.flatMap { $0.sources.filter { names.insert($0.name).inserted } }
    return (texts + recordings).sorted { $0.name < $1.name }
  }
}
