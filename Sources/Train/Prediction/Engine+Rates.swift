package import SpikingNetwork

extension Engine {
  /// The firing rate of each class, for each of several samples without labels.
  ///
  /// - Parameters:
  ///   - counts: The samples' frames, `[N, T, 2, H, W]` row-major, padded with zeros.
  ///   - frameCounts: The number of real frames of each sample; not empty.
  /// - Throws: ``TrainError`` if the engine fails.
  func rates(of counts: [UInt16], frameCounts: [Int]) throws(TrainError) -> [[Float]] {
    let frames = LabelledFrames(
      counts: .uint16(counts), labels: [UInt16](repeating: 0, count: frameCounts.count),
      frameCounts: frameCounts)
    let result: BatchResult
    do throws(EngineError) {
      result = try evaluate(frames, loss: .meanSquaredError)
    } catch { throw TrainError(error) }
    return frameCounts.indices.map { Array(result.rates(ofSample: $0)) }
  }
}

extension StreamWindows.Window {
  /// Runs a network on windows.
  ///
  /// - Returns: For each window the firing rate of each class; `nil` for a window without events.
  /// - Throws: ``TrainError`` if the engine fails.
  package static func rates(
    of windows: [Self], by engine: any Engine
  ) throws(TrainError) -> [[Float]?] {
    let nonempty = windows.filter { !$0.counts.isEmpty }
    guard !nonempty.isEmpty else { return windows.map { _ in nil } }
    var rest = try engine.rates(
      of: nonempty.flatMap(\.counts), frameCounts: nonempty.map(\.window.frameCount))[...]
    return windows.map { $0.counts.isEmpty ? nil : rest.removeFirst() }
  }
}
