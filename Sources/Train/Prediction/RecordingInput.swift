package import ClassFolders
package import EventData
package import SystemPackage

/// What a network takes of a recording: the sensor, and what is done to its events.
package struct RecordingInput: Equatable, Sendable {
  /// The sensor; events outside are left out.
  package let sensor: FrameShape
  /// What is done to its events before they are counted; `nil` for nothing.
  package let preprocessing: Preprocessing?

  /// The data set of the network's training, whose pixels it knows; `nil` if it is not known.
  package let dataSet: DataSetKind?

  /// Describes an input.
  package init(
    sensor: FrameShape, preprocessing: Preprocessing? = nil, dataSet: DataSetKind? = nil
  ) {
    self.sensor = sensor
    self.preprocessing = preprocessing
    self.dataSet = dataSet
  }

  /// Whether AEDAT 2.0 has the pixels and polarities of CIFAR10-DVS, not those of the camera.
  package var isOfCIFAR10DVS: Bool { dataSet == .cifar10DVS }

  /// The width and height of a frame.
  package var frameShape: FrameShape { preprocessing?.frameShape ?? sensor }

  /// What contains the events that are read, for messages about those outside.
  package var sensorText: String {
    preprocessing == nil
      ? "the network's frames of \(sensor) pixels"
      : "the sensor of \(sensor) pixels of the network's training"
  }

  /// That a recording is of another sensor than the network's training, where pixels are cut out or
  /// combined; `nil` if it is not, or names none.
  package func warning(_ path: FilePath, _ header: RecordingHeader) -> DataSetWarning? {
    guard preprocessing != nil else { return header.cameraWarning(path, expecting: sensor) }
    guard let named = FrameShape(namedIn: header), named != sensor else { return nil }
    return DataSetWarning(
      path, .whole,
      "a sensor of \(sensor) pixels expected, as of the network's training, \(named) found: the "
        + "same pixels are read as there")
  }
}
