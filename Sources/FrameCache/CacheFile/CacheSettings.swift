public import EventData

/// All that decides what a cache holds, but for the recordings themselves.
public struct CacheSettings: Equatable, Sendable {
  /// How events are dealt out to frames.
  public var split: FrameSplit
  /// Whether events marked as invalid count.
  public var invalidEvents: InvalidEventPolicy
  /// Whether windows without events are left out.
  public var skipsEmptyWindows: Bool
  /// Which part of the data set was taken, as the data set describes it; `all` for everything.
  public var selection: String
  /// What was done to the sensor's pixels; `nil` for nothing.
  public var preprocessing: Preprocessing?
  /// Which part of a whole that several processes make.
  public var shard: Shard
  /// Zstandard's level.
  public var compressionLevel: Int

  /// The level that is taken unless another is asked for.
  ///
  /// Level 1 is the fastest and, on frames of events, smaller than 2 to 4; from 5 on compression
  /// costs more than all else together for 1 to 12 % less (Documentation/Benchmarks.md).
  public static let defaultCompressionLevel = 1

  /// The levels that there are.
  public static var compressionLevels: ClosedRange<Int> { ZstdCompressor.levels }

  /// Chooses settings.
  public init(
    split: FrameSplit = .number(frameCount: 16), invalidEvents: InvalidEventPolicy = .keep,
    skipsEmptyWindows: Bool = false, selection: String = "all",
    preprocessing: Preprocessing? = nil, shard: Shard = .whole,
    compressionLevel: Int = Self.defaultCompressionLevel
  ) {
    self.split = split
    self.invalidEvents = invalidEvents
    self.skipsEmptyWindows = skipsEmptyWindows
    self.selection = selection
    self.preprocessing = preprocessing
    self.shard = shard
    self.compressionLevel = compressionLevel
  }

  /// What differs in words, as in `T 16 instead of 8`; empty where nothing does.
  ///
  /// - Parameter wanted: The settings that are asked for; `self` are those that are found.
  public func differences(from wanted: CacheSettings) -> [String] {
    var result: [String] = []
    func compare(_ name: String, _ found: String, _ wanted: String) {
      if found != wanted { result.append("\(name) \(found) instead of \(wanted)") }
    }
    compare("split by", split.name, wanted.split.name)
    if split.name == wanted.split.name {
      switch (split, wanted.split) {
      case (.duration(let found), .duration(let wanted)):
        compare("duration", "\(found) µs", "\(wanted) µs")
      default:
        compare("T", "\(split.fixedFrameCount ?? 0)", "\(wanted.split.fixedFrameCount ?? 0)")
      }
    }
    compare("invalid events", invalidEvents.rawValue, wanted.invalidEvents.rawValue)
    compare(
      "empty windows", skipsEmptyWindows ? "skipped" : "kept",
      wanted.skipsEmptyWindows ? "skipped" : "kept")
    compare("selection", "'\(selection)'", "'\(wanted.selection)'")
    compare(
      "preprocessing", preprocessing.map(\.description) ?? "none",
      wanted.preprocessing.map(\.description) ?? "none")
    compare("shard", "\(shard)", "\(wanted.shard)")
    compare("compression level", "\(compressionLevel)", "\(wanted.compressionLevel)")
    return result
  }
}

extension CacheSettings {
  /// The pixels of a frame of such a data set.
  package func frameShape(of schema: DataSetSchema) -> FrameShape {
    preprocessing?.frameShape ?? schema.sensor
  }
}
