package import ClassFolders
internal import EventData
internal import FrameCache
internal import SpikingNetwork
package import SystemPackage

extension TrainedNetwork {
  /// The data set that the network was trained on; `nil` if it is not known.
  package var dataSetKind: DataSetKind? {
    cache?.dataSet.flatMap { DataSetKind(named: $0.name) }
  }

  /// Whether the network was trained on whole recordings, one sample each.
  package var hasWholeRecordings: Bool { dataSetKind?.hasClassFolders ?? false }

  /// The recordings that the network takes, and what is done to their events, as in training.
  ///
  /// - Parameter path: The checkpoint's file; where it has only words for the preprocessing, as
  ///   those of earlier versions, the cache of its run tells it.
  /// - Throws: ``TrainError`` if the network takes one polarity, or its preprocessing is unknown.
  package func recordingInput(_ path: FilePath) throws(TrainError) -> RecordingInput {
    let input = settings.network.input
    guard input.channelCount == FrameShape.channelCount else {
      throw TrainError(
        .checkpoint, path, "",
        "frames of \(FrameShape.channelCount) polarities expected, of \(input) found")
    }
    let frame = FrameShape(width: input.width, height: input.height)
    guard let pixels = cache?.dataSet?.preprocessing, pixels != DataSetIdentity.unchanged else {
      return RecordingInput(sensor: frame, dataSet: dataSetKind)
    }
    guard let known = cache?.dataSet?.sensorPreprocessing ?? trainingPreprocessing(path) else {
      throw TrainError(
        .checkpoint, path, "",
        "trained on \(pixels), of which the checkpoint of an earlier dvstrain has only these words, "
          + "and the cache of its run is not found: predict samples of a cache")
    }
    guard known.preprocessing.frameShape == frame else {
      throw TrainError(
        .checkpoint, path, "",
        "a preprocessing to frames of \(frame) pixels expected, to "
          + "\(known.preprocessing.frameShape) found")
    }
    return RecordingInput(
      sensor: known.sensor, preprocessing: known.preprocessing, dataSet: dataSetKind)
  }

  /// The preprocessing of the run's cache, if it is the one in the checkpoint's words.
  private func trainingPreprocessing(_ path: FilePath) -> SensorPreprocessing? {
    guard let found = trainingCache(path), let preprocessing = found.settings.preprocessing,
      preprocessing.description == cache?.dataSet?.preprocessing
    else { return nil }
    return SensorPreprocessing(sensor: found.schema.sensor, preprocessing: preprocessing)
  }
}
