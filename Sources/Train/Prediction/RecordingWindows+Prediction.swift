internal import EventData
internal import FrameCache
package import SpikingNetwork

extension RecordingWindows {
  /// Runs a network on every window that has events.
  ///
  /// - Parameters:
  ///   - engine: The engine; its network's T must be ``frameCount``.
  ///   - batchSize: The number of windows per batch; it does not affect results.
  ///   - onProgress: Receives the number of windows done; an error that it throws stops the work.
  /// - Returns: For each window the firing rate of each class; `nil` for a window without events.
  /// - Throws: ``TrainError`` if the recording has changed or the engine fails.
  package mutating func rates(
    by engine: any Engine, batchSize: Int,
    onProgress: (Int) throws(TrainError) -> Void = { _ in }
  ) throws(TrainError) -> [[Float]?] {
    precondition(
      engine.network.frameCount == frameCount,
      "T \(engine.network.frameCount) of the network, \(frameCount) of the windows")
    var rates = [[Float]?](repeating: nil, count: windows.count)
    let nonempty = windows.indices.filter { windows[$0].eventCount > 0 }
    for start in stride(from: 0, to: nonempty.count, by: batchSize) {
      let batch = nonempty[start..<min(nonempty.count, start + batchSize)]
      try onProgress(batch[start])
      var counts: [UInt16] = []
      for number in batch {
        do throws(DataSetError) { try appendFrames(of: number, to: &counts) } catch {
          throw TrainError(FrameCacheError(error))
        }
      }
      let results = try engine.rates(
        of: counts, frameCounts: batch.map { windows[$0].frameCount })
      for (number, result) in zip(batch, results) { rates[number] = result }
    }
    try onProgress(windows.count)
    return rates
  }
}
