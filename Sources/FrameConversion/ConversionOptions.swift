public import EventData
internal import FileAccess
public import FrameCache
public import GestureDataSet
public import SystemPackage

/// What is to be converted, and how.
public struct ConversionOptions: Sendable {
  /// The data set: a folder or an archive.
  public var input: FilePath
  /// The cache; `nil` for the rule's own name in the folder of the input.
  public var output: FilePath?
  /// How events become frames.
  public var split: FrameSplit = .number(frameCount: 16)
  /// Whether events marked as invalid count.
  public var invalidEvents = InvalidEventPolicy.keep
  /// Whether windows without events are left out.
  public var skipsEmptyWindows = false
  /// Whether recordings, label files or a list may be missing.
  public var allowsMissing = false
  /// Which part of the data set is taken.
  public var selection = DataSetSelection()
  /// Zstandard's level.
  public var compressionLevel = CacheSettings.defaultCompressionLevel
  /// How many threads work.
  public var threadCount = 1
  /// Whether a cache that is there is replaced, whatever it holds.
  public var replacesExisting = false
  /// Whether all is read and checked, but nothing written.
  public var isDryRun = false

  /// The usual options for an input.
  public init(input: FilePath) { self.input = input }

  /// What the cache will be made by.
  public var settings: CacheSettings {
    CacheSettings(
      split: split, invalidEvents: invalidEvents, skipsEmptyWindows: skipsEmptyWindows,
      selection: selection, compressionLevel: compressionLevel)
  }

  /// Where the cache will stand.
  public var destination: FilePath {
    if let output { return output }
    let folder = input.isDirectory ? input : input.parentDirectory
    return folder.appending(split.cacheFileName)
  }
}
