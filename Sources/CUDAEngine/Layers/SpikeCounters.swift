internal import SpikingNetwork

/// The number of spikes of each channel of all layers, in one array on a device, so that a single
/// copy reads them.
struct SpikeCounters {
  private let array: DeviceArray<UInt64>
  /// Index of each layer's first channel, then the total number of channels.
  private let offsets: [Int]

  init(_ shapes: [LayerShape], _ device: Device) throws(EngineError) {
    offsets = shapes.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.outputCount) }
    array = try DeviceArray(device, count: offsets[offsets.count - 1])
  }

  /// Address of the array.
  var address: UInt64 { array.address }
  var byteCount: Int { 8 * array.count }

  /// Address of a layer's counters.
  func address(ofLayer index: Int) -> UInt64 { array.address(of: offsets[index]) }

  /// Sets all counters to 0.
  func clear() throws(EngineError) { try array.clear() }

  /// Splits the values of the array into those of each layer.
  func counts(_ values: [UInt64]) -> [[Int]] {
    zip(offsets, offsets.dropFirst()).map { start, end in values[start..<end].map(Int.init) }
  }
}
