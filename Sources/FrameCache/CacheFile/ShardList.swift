public import EventData

/// What a shard states besides its samples: the recordings of the whole data set, and what it has
/// of them.
///
/// With the lists of all shards, `dvsprep merge` knows whether they belong together, and what a
/// single conversion of all recordings would have written, warned of and refused.
public struct ShardList: Equatable, Sendable {
  /// A recording of the data set, in this shard or another.
  public struct Recording: Equatable, Sendable {
    /// The file's path relative to the data set's folder.
    public var fileName: String
    /// The recording's name, as its samples state it.
    public var name: String
    /// Whether its samples are training or test samples.
    public var split: DataSetSplit
    /// The file's size in bytes.
    public var byteCount: UInt64
    /// When its content was last changed, in nanoseconds since 1970; 0 in an archive.
    public var modificationNanoseconds: Int64
    /// The XXH3 hash of the labels, names and windows of its samples.
    public var samplesHash: UInt64

    /// Describes a recording.
    public init(
      fileName: String, name: String, split: DataSetSplit, byteCount: UInt64,
      modificationNanoseconds: Int64, samplesHash: UInt64
    ) {
      self.fileName = fileName
      self.name = name
      self.split = split
      self.byteCount = byteCount
      self.modificationNanoseconds = modificationNanoseconds
      self.samplesHash = samplesHash
    }
  }

  /// A recording that is in this shard.
  public struct Part: Equatable, Sendable {
    /// Its index in ``ShardList/recordings``.
    public var recording: Int
    /// Number of its samples in the shard.
    public var sampleCount: Int
    /// Number of its windows without events.
    public var emptyWindowCount: Int
    /// Number of its polarity events.
    public var eventCount: Int
    /// Number of these outside the sensor.
    public var outsideCount: Int

    /// Describes what a shard has of a recording.
    public init(
      recording: Int, sampleCount: Int, emptyWindowCount: Int, eventCount: Int, outsideCount: Int
    ) {
      self.recording = recording
      self.sampleCount = sampleCount
      self.emptyWindowCount = emptyWindowCount
      self.eventCount = eventCount
      self.outsideCount = outsideCount
    }
  }

  /// A warning of the conversion.
  public struct Warning: Equatable, Sendable {
    /// The index of the recording it is about; `nil` for the data set as a whole.
    public var recording: Int?
    /// The warning, one line.
    public var text: String

    /// Records a warning.
    public init(recording: Int?, text: String) {
      self.recording = recording
      self.text = text
    }
  }

  /// The data set's folder or archive, as it was given.
  public var input: String
  /// Whether that is an archive.
  public var isArchive: Bool
  /// Whether the sensor was specified, so that events outside it are counted for all recordings
  /// together.
  public var isSensorNamed: Bool
  /// All recordings of the data set, in the order of their samples in a cache.
  public var recordings: [Recording]
  /// Indices of the recordings, in the order in which a single conversion writes their frames.
  public var readingOrder: [Int]
  /// The recordings in this shard, in the order of ``recordings``.
  public var parts: [Part]
  /// The warnings about the data set and the recordings in this shard.
  public var warnings: [Warning]

  /// Describes a shard's recordings.
  public init(
    input: String, isArchive: Bool, isSensorNamed: Bool, recordings: [Recording],
    readingOrder: [Int], parts: [Part] = [], warnings: [Warning] = []
  ) {
    self.input = input
    self.isArchive = isArchive
    self.isSensorNamed = isSensorNamed
    self.recordings = recordings
    self.readingOrder = readingOrder
    self.parts = parts
    self.warnings = warnings
  }

  /// Maximum number of events of a recording, so that sums over recordings cannot overflow; 10¹²
  /// events take 8 TB.
  package static let maximumEventCount = 1_000_000_000_000
}

extension ShardList {
  /// The first difference between the data sets of two lists, as in
  /// `user01_led.aedat has 12 bytes instead of 10`; `nil` if they are the same.
  ///
  /// - Parameter requested: The list to compare with; `self` is the one that was found.
  package func dataSetDifference(from requested: ShardList) -> String? {
    if isArchive != requested.isArchive {
      return isArchive ? "an archive instead of a folder" : "a folder instead of an archive"
    }
    if isSensorNamed != requested.isSensorNamed {
      return isSensorNamed ? "a sensor given with --sensor" : "a sensor not given with --sensor"
    }
    for (found, expected) in zip(recordings, requested.recordings) where found != expected {
      return found.difference(from: expected)
    }
    if recordings.count != requested.recordings.count {
      return "\(recordings.count) recordings instead of \(requested.recordings.count)"
    }
    return readingOrder == requested.readingOrder ? nil : "the recordings in another order"
  }
}

extension ShardList.Recording {
  /// The difference to another recording with the same index in a list.
  fileprivate func difference(from expected: Self) -> String {
    if fileName != expected.fileName || name != expected.name {
      return "\(fileName) instead of \(expected.fileName)"
    }
    if split != expected.split {
      return "\(fileName) in the \(split.rawValue) split instead of \(expected.split.rawValue)"
    }
    if byteCount != expected.byteCount {
      return "\(fileName) of \(byteCount) bytes instead of \(expected.byteCount)"
    }
    if samplesHash != expected.samplesHash { return "\(fileName) with other labels or windows" }
    return "\(fileName) changed at another time (cp -p and rsync -t keep the times of files)"
  }
}
