internal import SpikingNetwork

/// The event counts of samples that stay on a device, so that each is copied to it only once.
///
/// They leave half of the device's memory free. If memory runs short all the same, all are evicted
/// for good.
final class ResidentSamples {
  private let device: Device
  /// Arrays of several slots, one slot per sample; slabs are filled in order.
  private var slabs: [DeviceArray<UInt8>] = []
  /// Addresses of the samples' counts, by key.
  private var addresses: [Int: UInt64] = [:]
  private var sampleByteCount = 0
  /// Whether no slab may be added any more.
  private var isFull = false

  /// Large, since a device allocates memory in pages of 2 MiB.
  private static let slabByteCount = 16 << 20

  init(_ device: Device) {
    self.device = device
    device.onShortage = { [weak self] () throws(EngineError) in try self?.evictAll() ?? false }
  }

  /// Number of resident samples.
  var count: Int { addresses.count }

  /// Address of a sample's counts; `nil` if they are not resident.
  func address(_ key: Int, byteCount: Int) throws(EngineError) -> UInt64? {
    if byteCount != sampleByteCount {
      // All resident samples have the same size: a different size evicts them.
      _ = try removeAll()
      sampleByteCount = byteCount
    }
    return addresses[key]
  }

  /// The next free slot, which ``insert(_:at:)`` takes; `nil` without memory for it.
  func freeSlot() throws(EngineError) -> UInt64? {
    let slabSampleCount = max(1, Self.slabByteCount / sampleByteCount)
    let (slab, slot) = addresses.count.quotientAndRemainder(dividingBy: slabSampleCount)
    if slab == slabs.count {
      if isFull { return nil }
      let byteCount = slabSampleCount * sampleByteCount
      let memory = try device.memory()
      isFull = memory.free - byteCount < memory.total / 2
      if isFull { return nil }
      let array: DeviceArray<UInt8> = try DeviceArray(device, count: byteCount)
      // If memory was short all the same, the allocation has just evicted all samples.
      if isFull { return nil }
      slabs.append(array)
    }
    return slabs[slab].address(of: slot * sampleByteCount)
  }

  /// Records that a sample's counts have been copied to a slot.
  func insert(_ key: Int, at address: UInt64) { addresses[key] = address }

  private func evictAll() throws(EngineError) -> Bool {
    isFull = true
    return try removeAll()
  }

  /// Releases the memory of all samples.
  ///
  /// - Returns: Whether there was any.
  private func removeAll() throws(EngineError) -> Bool {
    if slabs.isEmpty { return false }
    // Queued copies may still read the slabs.
    try device.synchronize()
    addresses = [:]
    slabs = []
    return true
  }
}
