/// The names in a cache file, version 1.
///
/// `Documentation/FrameCacheFormat.md` is the contract.
enum CacheFormat {
  static let name = "dvskit frame cache"
  static let version: UInt32 = 1
  static let axes = "N T P Y X"
  static let tool = "dvsprep \(toolVersion)"

  enum Attribute {
    static let format = "format"
    static let version = "version"
    static let framesNumber = "frames_number"
    static let splitBy = "split_by"
    static let durationMicroseconds = "duration_us"
    static let invalidEvents = "invalid_events"
    static let emptyWindows = "empty_windows"
    static let selection = "selection"
    static let classNames = "class_names"
    static let axes = "axes"
    static let tool = "tool"
  }

  enum Dataset {
    static let frames = "frames"
    static let labels = "labels"
    static let names = "names"
    static let recording = "recording"
    static let subject = "subject"
    static let lighting = "lighting"
    static let windowStart = "window_start_us"
    static let windowEnd = "window_end_us"
    static let eventCount = "event_count"
    static let frameCount = "frame_count"
    static let frameStart = "frame_start_us"
    static let frameEnd = "frame_end_us"
  }

  enum Source {
    static let group = "sources"
    static let name = "name"
    static let byteCount = "byte_count"
    static let modificationNanoseconds = "modified_ns"
    static let contentHash = "xxh3_64"
  }

  /// The most frames of a sample, of whatever type.
  static let maximumFrameCount = 65_535
}

/// HDF5 cannot hold a chunk of 4 GiB or more.
package let maximumChunkByteCount = Int(UInt32.max)

/// The version of the tools and libraries of this package.
public let toolVersion = "0.1.0"
