/// The names in a cache file.
///
/// `Documentation/FrameCacheFormat.md` is the contract.
package enum CacheFormat {
  package static let name = "dvskit frame cache"
  package static let axes = "N T P Y X"
  package static let tool = "dvsprep \(toolVersion)"

  /// Attributes of the root group.
  package enum Attribute {
    package static let format = "format"
    package static let version = "version"
    package static let framesNumber = "frames_number"
    package static let splitBy = "split_by"
    package static let durationMicroseconds = "duration_us"
    package static let invalidEvents = "invalid_events"
    package static let emptyWindows = "empty_windows"
    package static let selection = "selection"
    package static let axes = "axes"
    package static let tool = "tool"
    /// Only in a cache that was imported.
    package static let importedFrom = "imported_from"

    // Version 1.
    package static let classNames = "class_names"

    // Version 2.
    package static let dataSet = "data_set"
    package static let sensorWidth = "sensor_width"
    package static let sensorHeight = "sensor_height"
    package static let polarities = "polarities"
    package static let splitRule = "split_rule"
    package static let labelTable = "label_table"
    package static let shard = "shard"
    package static let shards = "shards"
  }

  /// Datasets of a split.
  package enum Dataset {
    package static let frames = "frames"
    package static let labels = "labels"
    package static let names = "names"
    package static let recording = "recording"
    package static let windowStart = "window_start_us"
    package static let windowEnd = "window_end_us"
    package static let eventCount = "event_count"
    package static let frameCount = "frame_count"
    package static let frameStart = "frame_start_us"
    package static let frameEnd = "frame_end_us"
  }

  /// The classes, version 2.
  package enum Class {
    package static let group = "classes"
    package static let name = "name"
    package static let mirroredLabel = "mirrored_label"
    package static let noLabel = UInt16.max
  }

  /// Attributes of the samples, version 2: names in a group of the root, values in a group of each
  /// split.
  package enum Column {
    package static let group = "attributes"
    package static let name = "name"
    package static let type = "type"
    package static let integerType = "int64"
    package static let textType = "text"
  }

  /// Preprocessing of the sensor's pixels, version 2.
  package enum Pixels {
    package static let group = "preprocessing"
    package static let crop = "crop"
    package static let factor = "factor"
    package static let dropped = "dropped_pixels"

    // Only where they say anything.
    package static let orientation = "flip_x_flip_y_rotation"
    package static let timeFilters = "refractory_noise_us"
    package static let hotPixelRate = "hot_pixel_rate"
  }

  /// The files from which a cache was converted.
  package enum Source {
    package static let group = "sources"
    package static let name = "name"
    package static let byteCount = "byte_count"
    package static let modificationNanoseconds = "modified_ns"
    package static let contentHash = "xxh3_64"
  }

  /// The recordings of a shard's data set, and those in the shard.
  package enum List {
    package static let group = "shard_list"

    // Attributes.
    package static let input = "input"
    package static let isArchive = "is_archive"
    package static let isSensorNamed = "is_sensor_given"

    // All recordings of the data set.
    package static let fileName = "file"
    package static let name = "name"
    package static let split = "split"
    package static let byteCount = "byte_count"
    package static let modificationNanoseconds = "modified_ns"
    package static let samplesHash = "samples_xxh3_64"
    package static let readingOrder = "reading_order"

    // The recordings in the shard.
    package static let part = "part_recording"
    package static let sampleCount = "part_samples"
    package static let emptyWindowCount = "part_empty_windows"
    package static let eventCount = "part_events"
    package static let outsideCount = "part_outside_events"

    // The warnings of the conversion.
    package static let warning = "warning"
    package static let warningRecording = "warning_recording"
    /// The recording of a warning about the data set as a whole.
    package static let wholeDataSet = UInt32.max
  }

  /// The maximum T of a cache, for every element type.
  package static let maximumFrameCount = 65_535

  /// The maximum size of a chunk in HDF5, just below 4 GiB.
  package static let maximumChunkByteCount = Int(UInt32.max)
}
