public import EventData

/// Everything that determines the content of a cache, except the recordings themselves.
public struct CacheSettings: Equatable, Sendable {
  /// How events are split into frames.
  public var split: FrameSplit
  /// Whether events marked as invalid are counted.
  public var invalidEvents: InvalidEventPolicy
  /// Whether windows without events are left out.
  public var skipsEmptyWindows: Bool
  /// Which part of the data set was converted, in the data set's own description; `all` for
  /// everything.
  public var selection: String
  /// Preprocessing of the sensor's pixels; `nil` for none.
  public var preprocessing: Preprocessing?
  /// Which part this is, if several processes convert one data set.
  public var shard: Shard
  /// The program whose frames the cache was made of; `nil` if it was converted from recordings.
  ///
  /// The times of an imported cache are not known: frame i of a sample is stored as at i µs.
  public var importedFrom: String?
  /// The Zstandard compression level.
  public var compressionLevel: Int

  /// The default compression level.
  ///
  /// Level 1 is the fastest and, on frames of events, smaller than levels 2 to 4. From level 5 on,
  /// compression takes longer than the rest of the conversion and saves only 1 to 12 %
  /// (Documentation/Benchmarks.md).
  public static let defaultCompressionLevel = 1

  /// The valid compression levels.
  public static var compressionLevels: ClosedRange<Int> { ZstdCompressor.levels }

  /// Chooses settings.
  public init(
    split: FrameSplit = .number(frameCount: 16), invalidEvents: InvalidEventPolicy = .keep,
    skipsEmptyWindows: Bool = false, selection: String = "all",
    preprocessing: Preprocessing? = nil, shard: Shard = .whole, importedFrom: String? = nil,
    compressionLevel: Int = Self.defaultCompressionLevel
  ) {
    self.split = split
    self.invalidEvents = invalidEvents
    self.skipsEmptyWindows = skipsEmptyWindows
    self.selection = selection
    self.preprocessing = preprocessing
    self.shard = shard
    self.importedFrom = importedFrom
    self.compressionLevel = compressionLevel
  }

  /// Describes each difference, as in `T 16 instead of 8`; empty if there is none.
  ///
  /// - Parameter requested: The settings to compare with; `self` has those that were found.
  public func differences(from requested: CacheSettings) -> [String] {
    var result: [String] = []
    func compare(_ name: String, _ found: String, _ requested: String) {
      if found != requested { result.append("\(name) \(found) instead of \(requested)") }
    }
    compare("split by", split.name, requested.split.name)
    if split.name == requested.split.name {
      switch (split, requested.split) {
      case (.duration(let found), .duration(let requested)):
        compare("duration", "\(found) µs", "\(requested) µs")
      default:
        compare("T", "\(split.fixedFrameCount ?? 0)", "\(requested.split.fixedFrameCount ?? 0)")
      }
    }
    compare("invalid events", invalidEvents.rawValue, requested.invalidEvents.rawValue)
    compare(
      "empty windows", skipsEmptyWindows ? "skipped" : "kept",
      requested.skipsEmptyWindows ? "skipped" : "kept")
    compare("selection", "'\(selection)'", "'\(requested.selection)'")
    compare(
      "preprocessing", preprocessing.map(\.description) ?? "none",
      requested.preprocessing.map(\.description) ?? "none")
    if preprocessing?.description == requested.preprocessing?.description,
      preprocessing != requested.preprocessing
    {
      result.append("other dropped pixels")
    }
    compare(
      "frames", importedFrom.map { "of \($0)" } ?? "of recordings",
      requested.importedFrom.map { "of \($0)" } ?? "of recordings")
    compare(
      "shard", shard == .whole ? "none" : "\(shard)",
      requested.shard == .whole ? "none" : "\(requested.shard)")
    compare("compression level", "\(compressionLevel)", "\(requested.compressionLevel)")
    return result
  }
}

extension CacheSettings {
  /// The width and height of a frame of this data set, after preprocessing.
  package func frameShape(of schema: DataSetSchema) -> FrameShape {
    frameShape(on: schema.sensor)
  }

  /// The width and height of a frame of this sensor, after preprocessing.
  package func frameShape(on sensor: FrameShape) -> FrameShape {
    preprocessing?.frameShape ?? sensor
  }
}
