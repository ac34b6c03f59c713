package import ClassFolders
package import EventData
internal import SpikingNetwork
package import SystemPackage

extension TrainedNetwork {
  /// The data set that the network was trained on; `nil` if it is not known.
  package var dataSetKind: DataSetKind? {
    cache?.dataSet.flatMap { DataSetKind(named: $0.name) }
  }

  /// Whether the network was trained on whole recordings, one sample each.
  package var hasWholeRecordings: Bool { dataSetKind?.hasClassFolders ?? false }

  /// The width and height of the recordings that the network takes.
  ///
  /// - Parameter path: The checkpoint's file, for messages.
  /// - Throws: ``TrainError`` if the network takes one polarity or preprocessed frames.
  package func recordingShape(_ path: FilePath) throws(TrainError) -> FrameShape {
    let input = settings.network.input
    guard input.channelCount == FrameShape.channelCount else {
      throw TrainError(
        .checkpoint, path, "",
        "frames of \(FrameShape.channelCount) polarities expected, of \(input) found")
    }
    if let pixels = cache?.dataSet?.preprocessing, pixels != DataSetIdentity.unchanged {
      throw TrainError(
        .checkpoint, path, "",
        "trained on \(pixels), but recordings are not preprocessed here: predict samples of a cache"
      )
    }
    return FrameShape(width: input.width, height: input.height)
  }
}
