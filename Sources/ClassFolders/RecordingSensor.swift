package import EventData
package import EventFrames

/// Determines the sensor of a recording if the user has not named it.
package enum RecordingSensor {
  /// The maximum number of columns and rows; events beyond them are a defect of the file.
  static let maximumSide = 1280

  /// The sensor that the recording's header names, else one that all valid events lie on.
  ///
  /// Without a name it is the smallest such sensor, at least a DVS128. For the ATIS format it is
  /// N-MNIST's sensor, or the smallest one if events lie beyond that.
  ///
  /// - Throws: ``EventData/DataSetError`` for a defect, with its byte offset, or for events beyond
  ///   ``maximumSide``.
  package static func shape(
    of recording: borrowing RecordingContents
  ) throws(DataSetError) -> FrameShape {
    let header = try recording.withBytes { bytes throws(DataSetError) in
      try recording.format.header(of: bytes, recording.path)
    }
    if let shape = FrameShape(namedIn: header) { return shape }
    return try shape(containing: eventExtent(of: recording), of: recording)
  }

  /// The sensor of a recording whose header names none, by the extent of its valid events.
  ///
  /// - Throws: ``EventData/DataSetError`` for events beyond ``maximumSide``.
  package static func shape(
    containing extent: EventExtent, of recording: borrowing RecordingContents
  ) throws(DataSetError) -> FrameShape {
    guard extent.width <= maximumSide, extent.height <= maximumSide else {
      throw DataSetError(
        recording.path, .whole,
        "events on at most \(maximumSide) columns and rows expected, \(extent.width) columns and "
          + "\(extent.height) rows found, and no known sensor named in the header")
    }
    if recording.format is ATISFormat {
      // N-MNIST's, unless events lie beyond it: files of N-Caltech101 have sensors of many sizes.
      let sensor = NMNISTRequest.schema.sensor
      return extent.width <= sensor.width && extent.height <= sensor.height
        ? sensor : FrameShape(width: extent.width, height: extent.height)
    }
    return FrameShape(
      width: max(FrameShape.dvs128.width, extent.width),
      height: max(FrameShape.dvs128.height, extent.height))
  }
}
