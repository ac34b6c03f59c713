internal import FrameCache
internal import SpikingNetwork
internal import SystemPackage

extension TrainingSettings {
  /// Checks that the network takes a cache's frames and has its classes.
  func check(fits cache: FrameCache) throws(TrainError) {
    guard cache.classCount >= 2 else {
      throw TrainError(
        .settings, cache.path, "", "2 or more classes expected, the cache has \(cache.classCount)")
    }
    guard network.frameCount == cache.frameCount else {
      throw TrainError(
        .settings, cache.path, "",
        "the network takes T \(network.frameCount); the cache has T \(cache.frameCount): -T "
          + "\(cache.frameCount) fits")
    }
    if let difference = network.difference(from: cache) {
      throw TrainError(
        .settings, cache.path, "", "\(difference): choose a network for this cache")
    }
  }

  /// Checks that the weights, their gradients and the optimizer's values fit in memory.
  func checkMemory(
    of cache: FrameCache, availableByteCount: Int = MachineMemory.byteCount
  ) throws(TrainError) {
    let needed = network.parameterByteCount(copyCount: 2 + optimizer.slotNames.count)
    guard needed > availableByteCount else { return }
    throw TrainError(
      .settings, cache.path, "",
      "the network's weights need \(needed) bytes of memory in training, and \(availableByteCount) "
        + "are available: choose fewer channels")
  }

  /// Checks that there are enough samples for a batch.
  func check(trainingSampleCount count: Int, of cache: FrameCache) throws(TrainError) {
    guard batchSize <= count else {
      throw TrainError(
        .settings, cache.path, "",
        "-b \(batchSize) is more than the \(count) training samples: no batch would be full")
    }
  }
}
