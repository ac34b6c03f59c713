internal import SpikingNetwork

/// The event counts of a batch on a device.
final class CountMemory {
  /// Bytes per count of the last batch: 1 or 2.
  private(set) var countByteCount = 1
  /// Address of the last batch's counts, `[N, T, polarities, H, W]`.
  private(set) var address: UInt64 = 0

  /// The samples whose counts stay on the device.
  let residents: ResidentSamples
  /// The buffer through which counts are copied to the device.
  let staging: HostMemory

  /// Number of counts in the last batch.
  private var count = 0

  private let device: Device
  private let batch: GrowingArray<UInt8>

  init(_ device: Device) {
    self.device = device
    residents = ResidentSamples(device)
    staging = HostMemory(device)
    batch = GrowingArray(device)
  }

  /// Assembles a batch's counts on the device: copies those of resident samples within the device,
  /// the others from the host.
  func copyToDevice(_ frames: LabelledFrames) throws(EngineError) {
    switch frames.counts {
    case .uint8(let counts): try copyToDevice(counts, frames)
    case .uint16(let counts): try copyToDevice(counts, frames)
    }
  }

  private func copyToDevice<Count: FixedWidthInteger & BitwiseCopyable>(
    _ counts: [Count], _ frames: LabelledFrames
  ) throws(EngineError) {
    countByteCount = MemoryLayout<Count>.stride
    count = counts.count
    let byteCount = count * countByteCount
    address = try batch.atLeast(byteCount).address
    guard let keys = frames.sampleKeys else {
      try staging.prepare(byteCount)
      staging.write(counts)
      return try staging.copy(0..<byteCount, to: address)
    }
    let countsPerSample = counts.count / frames.sampleCount
    let size = countsPerSample * countByteCount
    var isPrepared = false
    for (index, key) in keys.enumerated() {
      let target = address + UInt64(index * size)
      if let resident = try residents.address(key, byteCount: size) {
        try device.copy(resident, to: target, byteCount: size)
        continue
      }
      if !isPrepared { try staging.prepare(byteCount) }
      isPrepared = true
      staging.write(
        counts, index * countsPerSample..<(index + 1) * countsPerSample, at: index * size)
      let bytes = index * size..<(index + 1) * size
      if let slot = try residents.freeSlot() {
        try staging.copy(bytes, to: slot)
        residents.insert(key, at: slot)
        try device.copy(slot, to: target, byteCount: size)
      } else {
        try staging.copy(bytes, to: target)
      }
    }
  }

  /// The fraction of the last batch's counts that are not 0; 0 before the first batch.
  func nonzeroFraction() throws(EngineError) -> Double {
    if count == 0 { return 0 }
    let bytes = try batch.atLeast(1).values(0..<count * countByteCount, filler: 0)
    let offsets = stride(from: 0, to: bytes.count, by: countByteCount)
    let nonzeroCount = offsets.count(where: { offset in
      bytes[offset..<offset + countByteCount].contains { $0 != 0 }
    })
    return Double(nonzeroCount) / Double(count)
  }
}
