internal import FrameCache
internal import SpikingNetwork
internal import SystemPackage

extension TrainingSettings {
  /// Checks that a cache's frames and classes are the network's.
  func check(fits cache: FrameCache) throws(TrainError) {
    guard cache.classCount >= 2 else {
      throw TrainError(
        .settings, cache.path, "", "2 or more classes expected, the cache has \(cache.classCount)")
    }
    guard network.frameCount == cache.frameCount else {
      throw TrainError(
        .settings, cache.path, "",
        "T \(network.frameCount) expected, the cache has T \(cache.frameCount)")
    }
    if let (network, cached) = network.difference(from: cache) {
      throw TrainError(
        .settings, cache.path, "", "\(network) expected, the cache has \(cached)")
    }
  }

  /// Checks that there is a batch to train on.
  func check(trainingSampleCount count: Int, of cache: FrameCache) throws(TrainError) {
    guard batchSize <= count else {
      throw TrainError(
        .settings, cache.path, "",
        "-b \(batchSize) is more than the \(count) training samples: no batch would be full")
    }
  }
}
