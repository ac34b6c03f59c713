internal import AEDAT
public import SpikingNetwork
public import SystemPackage

extension Checkpoint {
  /// Makes an engine that runs the checkpoint's network on frames of the sensor.
  ///
  /// - Parameters:
  ///   - choice: Which engine.
  ///   - frameCount: T; weights fit any.
  ///   - threadCount: Threads that compute.
  ///   - instructionSet: The name of the processor's instructions to use; `nil` for the best that it has.
  ///   - path: The checkpoint's file, for messages.
  /// - Throws: ``TrainError`` when there is no such engine, or the network is for frames of another size.
  public func makeEngine(
    _ choice: EngineChoice, frameCount: Int, threadCount: Int, instructionSet: String?,
    path: FilePath
  ) throws(TrainError) -> any Engine {
    guard settings.network.sideLength == DVS128.width else {
      throw TrainError(
        .checkpoint, path, "side_length",
        "\(DVS128.width) expected, as the sensor has, \(settings.network.sideLength) found")
    }
    var network = settings.network
    network.frameCount = frameCount
    // Nothing is trained here, so the optimizer's memory is not needed.
    var state = state
    state.optimizerSlots = [:]
    return try choice.makeEngine(
      network: network, state: state, threadCount: threadCount, instructionSet: instructionSet)
  }
}
