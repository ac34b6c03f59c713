public import EventData
internal import FileAccess
public import FrameCache
public import SystemPackage

/// What to convert, and how.
public struct ConversionOptions: Sendable {
  /// The data set and the selected part of it.
  public var dataSet: any DataSetRequest
  /// The path of the cache; `nil` for the split rule's default name, in the input's folder.
  public var output: FilePath?
  /// How events become frames.
  public var split: FrameSplit = .number(frameCount: 16)
  /// Whether events marked as invalid count.
  public var invalidEvents = InvalidEventPolicy.keep
  /// Whether windows without events are omitted.
  public var skipsEmptyWindows = false
  /// What is done to the sensor's events before they are counted.
  public var preprocessing = PreprocessingRequest()
  /// The part of the data set to convert, if other processes convert the others.
  public var shard = Shard.whole
  /// Zstandard compression level.
  public var compressionLevel = CacheSettings.defaultCompressionLevel
  /// Number of threads.
  public var threadCount = 1
  /// Whether an existing file at the destination is replaced without being checked.
  public var replacesExisting = false
  /// Whether everything is read and checked, but nothing written.
  public var isDryRun = false

  /// The default options for a data set.
  public init(_ dataSet: any DataSetRequest) { self.dataSet = dataSet }

  /// The sensor's pixels whose rate exceeds that of ``preprocessing``; found by the conversion.
  var hotPixels: [Preprocessing.Pixel] = []

  /// The settings that the cache will store, but for the preprocessing, which needs a sensor.
  public var settings: CacheSettings {
    CacheSettings(
      split: split, invalidEvents: invalidEvents, skipsEmptyWindows: skipsEmptyWindows,
      selection: dataSet.selectionText, shard: shard, compressionLevel: compressionLevel)
  }

  /// The settings that a cache of this sensor's recordings will store.
  ///
  /// - Throws: ``FrameCacheError`` if the requested preprocessing does not fit the sensor.
  func settings(on sensor: FrameShape) throws(FrameCacheError) -> CacheSettings {
    var settings = settings
    do throws(PreprocessingRequest.Misfit) {
      settings.preprocessing = try preprocessing.resolved(on: sensor, hotPixels: hotPixels)
    } catch {
      throw FrameCacheError(.content, dataSet.path, "", error.description)
    }
    return settings
  }

  /// The path where the cache will be written.
  public var destination: FilePath {
    if let output { return output }
    let input = dataSet.path
    let folder = input.isDirectory ? input : input.parentDirectory
    return folder.appending(split.cacheFileName)
  }
}
