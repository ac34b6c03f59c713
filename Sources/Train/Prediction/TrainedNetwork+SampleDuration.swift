internal import EventData
internal import FileAccess
internal import FrameCache
package import SystemPackage

extension TrainedNetwork {
  /// The median duration of the training samples in seconds; `nil` if the cache of the run is not
  /// where its `args.txt` says, or was imported and has no times.
  ///
  /// - Parameter path: The checkpoint's file.
  package func trainingSampleSeconds(_ path: FilePath) -> Double? {
    guard let found = trainingCache(path), found.settings.importedFrom == nil else { return nil }
    let seconds = found.samples.filter { $0.split == .train }.map { sample in
      let window = found.record(of: sample).windowMicroseconds
      return (Double(window.upperBound) - Double(window.lowerBound)) * 1e-6
    }.sorted()
    return seconds.isEmpty ? nil : seconds[seconds.count / 2]
  }

  /// The cache of the run, where its `args.txt` says; `nil` if another one, or none, is there.
  ///
  /// - Parameter path: The checkpoint's file.
  func trainingCache(_ path: FilePath) -> FrameCache? {
    let arguments = RunFiles(in: path.parentDirectory).arguments
    guard let cache, let cachePath = RunArguments.cachePath(in: arguments),
      let found = try? FrameCache(opening: cachePath), found.settings.split == cache.split,
      found.frameCount == cache.frameCount,
      found.sampleCount(in: .train) == cache.trainingSampleCount
    else { return nil }
    return found
  }
}
