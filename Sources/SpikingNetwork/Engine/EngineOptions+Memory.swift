extension EngineOptions {
  /// Checks that a batch fits in the process's memory, for engines that run on the processor.
  ///
  /// It compares a lower bound: what passes may still not fit.
  ///
  /// - Throws: ``EngineError`` with the memory needed and available.
  public func requireMemory(for network: NetworkDescription) throws(EngineError) {
    guard let memoryByteCount else { return }
    let needed =
      Self.programByteCount + network.parameterByteCount(copyCount: isTraining ? 2 : 1)
      + network.batchByteCount(sampleCount: batchSize, isTraining: isTraining)
    guard needed > memoryByteCount else { return }
    throw EngineError(
      "-b \(batchSize): \(batchSize) × \(network.frameCount) frames need at least \(needed) bytes of "
        + "memory\(isTraining ? " in training" : ""), and \(memoryByteCount) are available: "
        + (batchSize > 1 ? "choose a smaller -b" : "choose fewer frames or a smaller network"))
  }

  /// The address space of a program with its libraries and the stacks of a few threads.
  private static let programByteCount = 128 << 20
}
