internal import ClassFolders
package import EventData
internal import SpikingNetwork
package import SystemPackage

extension Checkpoint {
  /// Whether the samples that it was trained on are whole recordings.
  package var hasWholeRecordings: Bool {
    cache.dataSet.flatMap { DataSetKind(named: $0.name) }?.hasClassFolders ?? false
  }

  /// The pixels of recordings that the network can see.
  ///
  /// - Parameter path: The checkpoint's file, for messages.
  /// - Throws: ``TrainError`` where the network is for frames that no recording gives as it is.
  package func recordingShape(_ path: FilePath) throws(TrainError) -> FrameShape {
    let input = settings.network.input
    guard input.channelCount == FrameShape.channelCount else {
      throw TrainError(
        .checkpoint, path, "",
        "frames of \(FrameShape.channelCount) polarities expected, of \(input) found")
    }
    if let pixels = cache.dataSet?.preprocessing, pixels != DataSetIdentity.unchanged {
      throw TrainError(
        .checkpoint, path, "",
        "trained on \(pixels), which recordings are not cut to here: predict samples of a cache")
    }
    return FrameShape(width: input.width, height: input.height)
  }
}
