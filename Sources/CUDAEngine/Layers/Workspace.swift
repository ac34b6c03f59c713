internal import SpikingNetwork

/// Memory that layers use one after the other.
final class Workspace {
  let device: Device
  /// Membranes in the backward pass.
  let membranes: GrowingArray<Float>
  /// Sums of partitions.
  let sums: GrowingArray<Double>
  /// Weight gradients of partitions.
  let weightSums: GrowingArray<Float>
  /// The gradients of a layer's values, as high and low halves.
  let gradients: GrowingArray<UInt16>

  init(_ device: Device) {
    self.device = device
    membranes = GrowingArray(device)
    sums = GrowingArray(device)
    weightSums = GrowingArray(device)
    gradients = GrowingArray(device)
  }

  /// Room for sums, all 0.
  func clearedSums(_ count: Int) throws(EngineError) -> DeviceArray<Double> {
    let array = try sums.atLeast(count)
    try array.clear()
    return array
  }
}
