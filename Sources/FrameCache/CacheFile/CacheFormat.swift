/// The names in a cache file.
///
/// `Documentation/FrameCacheFormat.md` is the contract.
enum CacheFormat {
  static let name = "dvskit frame cache"
  static let axes = "N T P Y X"
  static let tool = "dvsprep \(toolVersion)"

  /// Attributes of the root.
  enum Attribute {
    static let format = "format"
    static let version = "version"
    static let framesNumber = "frames_number"
    static let splitBy = "split_by"
    static let durationMicroseconds = "duration_us"
    static let invalidEvents = "invalid_events"
    static let emptyWindows = "empty_windows"
    static let selection = "selection"
    static let axes = "axes"
    static let tool = "tool"

    // Version 1.
    static let classNames = "class_names"

    // Version 2.
    static let dataSet = "data_set"
    static let sensorWidth = "sensor_width"
    static let sensorHeight = "sensor_height"
    static let polarities = "polarities"
    static let splitRule = "split_rule"
    static let labelTable = "label_table"
    static let shard = "shard"
    static let shards = "shards"
  }

  /// Datasets of a part.
  enum Dataset {
    static let frames = "frames"
    static let labels = "labels"
    static let names = "names"
    static let recording = "recording"
    static let windowStart = "window_start_us"
    static let windowEnd = "window_end_us"
    static let eventCount = "event_count"
    static let frameCount = "frame_count"
    static let frameStart = "frame_start_us"
    static let frameEnd = "frame_end_us"
  }

  /// The classes, version 2.
  enum Class {
    static let group = "classes"
    static let name = "name"
    static let mirroredLabel = "mirrored_label"
    static let noLabel = UInt16.max
  }

  /// What is told of each sample, version 2: names in the root's group, values in each part's.
  enum Column {
    static let group = "attributes"
    static let name = "name"
    static let type = "type"
    static let integerType = "int64"
    static let textType = "text"
  }

  /// What was done to the sensor's pixels, version 2.
  enum Pixels {
    static let group = "preprocessing"
    static let crop = "crop"
    static let factor = "factor"
    static let dropped = "dropped_pixels"
  }

  /// The files that a cache was made from.
  enum Source {
    static let group = "sources"
    static let name = "name"
    static let byteCount = "byte_count"
    static let modificationNanoseconds = "modified_ns"
    static let contentHash = "xxh3_64"
  }

  /// The most frames of a sample, of whatever type.
  static let maximumFrameCount = 65_535

  /// The most samples, sources, columns and the like that a cache is read with; a file that says
  /// more is damaged or hostile.
  static let maximumColumnCount = 1000
}

/// HDF5 cannot hold a chunk of 4 GiB or more.
package let maximumChunkByteCount = Int(UInt32.max)

/// The version of the tools and libraries of this package.
public let toolVersion = "0.1.0"
