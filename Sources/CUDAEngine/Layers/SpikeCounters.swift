internal import SpikingNetwork

/// The spikes of each channel of all layers on a device, in one array, so that one copy reads them.
struct SpikeCounters {
  private let array: DeviceArray<UInt64>
  /// Where each layer's begin; the last one is the end.
  private let offsets: [Int]

  init(_ shapes: [LayerShape], _ device: Device) throws(EngineError) {
    offsets = shapes.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.outputCount) }
    array = try DeviceArray(device, count: offsets[offsets.count - 1])
  }

  /// Where they are.
  var address: UInt64 { array.address }
  var byteCount: Int { 8 * array.count }

  /// Where a layer's are.
  func address(ofLayer index: Int) -> UInt64 { array.address(of: offsets[index]) }

  /// Makes all 0.
  func clear() throws(EngineError) { try array.clear() }

  /// Those of each layer, as they came from the device.
  func counts(_ values: [UInt64]) -> [[Int]] {
    zip(offsets, offsets.dropFirst()).map { start, end in values[start..<end].map(Int.init) }
  }
}
