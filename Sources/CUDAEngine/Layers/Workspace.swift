internal import SpikingNetwork

/// Memory that all layers use, one after the other.
final class Workspace {
  let device: Device
  /// Charges of all time steps, recomputed by the backward pass.
  let membranes: GrowingArray<Float>
  /// Partial sums of the partitions.
  let sums: GrowingArray<Double>
  /// Weight gradients of each partition.
  let weightSums: GrowingArray<Float>
  /// Gradients with respect to a layer's values, as high and low float16 halves.
  let gradients: GrowingArray<UInt16>

  init(_ device: Device) {
    self.device = device
    membranes = GrowingArray(device)
    sums = GrowingArray(device)
    weightSums = GrowingArray(device)
    gradients = GrowingArray(device)
  }

  /// The array of sums, set to 0.
  func clearedSums(_ count: Int) throws(EngineError) -> DeviceArray<Double> {
    let array = try sums.atLeast(count)
    try array.clear()
    return array
  }
}
