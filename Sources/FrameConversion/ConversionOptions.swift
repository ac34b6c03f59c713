public import EventData
internal import FileAccess
public import FrameCache
public import SystemPackage

/// What is to be converted, and how.
public struct ConversionOptions: Sendable {
  /// The data set, and which part of it is taken.
  public var dataSet: any DataSetRequest
  /// The cache; `nil` for the rule's own name in the folder of the input.
  public var output: FilePath?
  /// How events become frames.
  public var split: FrameSplit = .number(frameCount: 16)
  /// Whether events marked as invalid count.
  public var invalidEvents = InvalidEventPolicy.keep
  /// Whether windows without events are left out.
  public var skipsEmptyWindows = false
  /// Zstandard's level.
  public var compressionLevel = CacheSettings.defaultCompressionLevel
  /// How many threads work.
  public var threadCount = 1
  /// Whether a cache that is there is replaced, whatever it holds.
  public var replacesExisting = false
  /// Whether all is read and checked, but nothing written.
  public var isDryRun = false

  /// The usual options for a data set.
  public init(_ dataSet: any DataSetRequest) { self.dataSet = dataSet }

  /// What the cache will be made by.
  public var settings: CacheSettings {
    CacheSettings(
      split: split, invalidEvents: invalidEvents, skipsEmptyWindows: skipsEmptyWindows,
      selection: dataSet.selectionText, compressionLevel: compressionLevel)
  }

  /// Where the cache will stand.
  public var destination: FilePath {
    if let output { return output }
    let input = dataSet.path
    let folder = input.isDirectory ? input : input.parentDirectory
    return folder.appending(split.cacheFileName)
  }
}
