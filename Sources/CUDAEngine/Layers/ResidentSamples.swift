internal import SpikingNetwork

/// The counts of samples that stay on a device, so that each is copied there once.
///
/// They take no more than leaves half of the device's memory free, and give way for good where
/// memory is short all the same.
final class ResidentSamples {
  private let device: Device
  /// Memory of several samples each; they are filled in turn.
  private var slabs: [DeviceArray<UInt8>] = []
  private var addresses: [Int: UInt64] = [:]
  private var sampleByteCount = 0
  private var isFull = false

  /// A device gives small memory a page of 2 MiB.
  private static let slabByteCount = 16 << 20

  init(_ device: Device) {
    self.device = device
    device.onShortage = { [weak self] () throws(EngineError) in try self?.giveWay() ?? false }
  }

  /// How many samples stay.
  var count: Int { addresses.count }

  /// Where a sample's counts are; `nil` where they are not here.
  func address(_ key: Int, byteCount: Int) throws(EngineError) -> UInt64? {
    if byteCount != sampleByteCount {
      // Counts of other sizes are those of other samples.
      _ = try forget()
      sampleByteCount = byteCount
    }
    return addresses[key]
  }

  /// Room for one sample more, of which ``keep(_:at:)`` is to be told; `nil` where there is none.
  func room() throws(EngineError) -> UInt64? {
    let slabSampleCount = max(1, Self.slabByteCount / sampleByteCount)
    let (slab, place) = addresses.count.quotientAndRemainder(dividingBy: slabSampleCount)
    if slab == slabs.count {
      if isFull { return nil }
      let byteCount = slabSampleCount * sampleByteCount
      let memory = try device.memory()
      isFull = memory.free - byteCount < memory.total / 2
      if isFull { return nil }
      let room: DeviceArray<UInt8> = try DeviceArray(device, count: byteCount)
      // Where memory was short all the same, the others have just given way.
      if isFull { return nil }
      slabs.append(room)
    }
    return slabs[slab].address(of: place * sampleByteCount)
  }

  /// Notes that a sample's counts have been copied to a place.
  func keep(_ key: Int, at address: UInt64) { addresses[key] = address }

  private func giveWay() throws(EngineError) -> Bool {
    isFull = true
    return try forget()
  }

  /// - Returns: Whether there was anything.
  private func forget() throws(EngineError) -> Bool {
    if slabs.isEmpty { return false }
    // Copies that were asked for still read it.
    try device.synchronize()
    addresses = [:]
    slabs = []
    return true
  }
}
