extension EngineOptions {
  /// Checks that a batch fits in the process's memory, for engines that run on the processor.
  ///
  /// - Throws: ``EngineError`` with the memory needed and available.
  public func requireMemory(for network: NetworkDescription) throws(EngineError) {
    guard let memoryByteCount else { return }
    let needed = neededByteCount(for: network)
    guard needed > memoryByteCount else { return }
    throw EngineError(
      "-b \(batchSize): \(batchSize) × \(network.frameCount) frames need about \(needed) bytes of "
        + "memory\(isTraining ? " in training" : ""), and \(memoryByteCount) are available: "
        + (batchSize > 1 ? "choose a smaller -b" : "choose fewer frames or a smaller network"))
  }

  /// The number of threads for which memory is left, at least 1, at most ``threadCount``.
  public func affordableThreadCount(for network: NetworkDescription) -> Int {
    guard let memoryByteCount else { return threadCount }
    return max(1, min(threadCount, (memoryByteCount - neededByteCount(for: network)) / (2 << 20)))
  }

  /// In training there are also gradients, the optimizer's values, and a copy of each for a
  /// checkpoint.
  private func neededByteCount(for network: NetworkDescription) -> Int {
    network.parameterByteCount(copyCount: isTraining ? 8 : 2)
      + network.batchByteCount(sampleCount: batchSize, isTraining: isTraining)
  }
}
