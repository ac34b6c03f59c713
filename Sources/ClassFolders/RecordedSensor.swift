internal import EventData
internal import EventFrames
internal import SystemPackage

/// The sensor of a set of recordings, determined from their headers or their events.
struct RecordedSensor {
  let shape: FrameShape
  let origin: SensorOrigin
  let warnings: [DataSetWarning]

  /// Reads the headers of all recordings and, when one does not name a known sensor, all events.
  ///
  /// - Throws: ``EventData/DataSetError`` when two recordings have different sensors.
  init(
    of recordings: [Recording], in path: FilePath, isCancelled: () -> Bool
  ) throws(DataSetError) {
    var named: (recording: Recording, shape: FrameShape)?
    var isNamedByAll = true
    // A table may divide the parts of a recording between the splits.
    var paths: Set<FilePath> = []
    let recordings = recordings.filter { paths.insert($0.path).inserted }
    for recording in recordings {
      if isCancelled() { throw .cancelled(path) }
      guard let shape = try Self.namedShape(of: recording) else {
        isNamedByAll = false
        continue
      }
      if let named, named.shape != shape {
        throw DataSetError(
          recording.path, .whole,
          "a sensor of \(named.shape) pixels expected, as of \(named.recording.path), \(shape) "
            + "found: 'dvsprep convert' with --sensor WIDTHxHEIGHT uses one size for all")
      }
      named = named ?? (recording, shape)
    }
    if let named, isNamedByAll {
      self.shape = named.shape
      origin = .recordings
      warnings = []
      return
    }
    var extent = (width: named?.shape.width ?? 1, height: named?.shape.height ?? 1)
    for recording in recordings {
      let found = try eventExtent(of: recording.contents()) { _ throws(DataSetError) in
        if isCancelled() { throw .cancelled(path) }
      }
      extent = (max(extent.width, found.width), max(extent.height, found.height))
    }
    origin = .events
    self.shape = FrameShape(width: extent.width, height: extent.height)
    warnings = [
      DataSetWarning(
        path, .whole,
        "not all recordings name a known sensor: \(self.shape) pixels are assumed, enough for all "
          + "valid events (--sensor WIDTHxHEIGHT overrides this)")
    ]
  }

  /// Uses the specified sensor; whether events lie outside it is checked when they are read.
  init(named shape: FrameShape) {
    self.shape = shape
    origin = .named
    warnings = []
  }

  private static func namedShape(of recording: Recording) throws(DataSetError) -> FrameShape? {
    let contents = try recording.contents()
    let header = try contents.withBytes { bytes throws(DataSetError) in
      try recording.format.header(of: bytes, recording.path)
    }
    return FrameShape(namedIn: header)
  }
}
