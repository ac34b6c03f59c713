internal import ClassFolders
package import EventData
internal import EventFrames

/// The sensor of a recording that nobody has told the sensor of.
package enum RecordingSensor {
  /// Events beyond so many columns or rows are a defect, not a sensor.
  static let mostPixels = 1280

  /// The sensor of a recording: the one that its header names, else the smallest that all valid
  /// events lie on, a DVS128 at least; of ATIS N-MNIST's, or as large as events reach beyond it.
  ///
  /// - Throws: ``EventData/DataSetError`` for a defect, with its byte, or for events so far out
  ///   that they are no sensor's.
  package static func shape(
    of recording: borrowing RecordingContents
  ) throws(DataSetError) -> FrameShape {
    let header = try recording.withBytes { bytes throws(DataSetError) in
      try recording.format.header(of: bytes, recording.path)
    }
    if let shape = FrameShape(namedIn: header) { return shape }
    let extent = try eventExtent(of: recording)
    guard extent.width <= mostPixels, extent.height <= mostPixels else {
      throw DataSetError(
        recording.path, .whole,
        "events on at most \(mostPixels) columns and rows expected, \(extent.width) columns and "
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
