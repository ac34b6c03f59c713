internal import SpikingNetwork

/// The counts of a batch on a device.
final class CountMemory {
  /// Bytes of a count of the last batch.
  private(set) var countByteCount = 1
  /// Where the last batch's counts are, `[N, T, polarities, H, W]`.
  private(set) var address: UInt64 = 0

  let residents: ResidentSamples
  let staging: HostMemory

  /// How many there are.
  private var count = 0

  private let device: Device
  private let batch: GrowingArray<UInt8>

  init(_ device: Device) {
    self.device = device
    residents = ResidentSamples(device)
    staging = HostMemory(device)
    batch = GrowingArray(device)
  }

  /// Brings a batch's counts to the device: from the host, or those that are there from where they
  /// are.
  func copyIn(_ frames: LabelledFrames) throws(EngineError) {
    switch frames.counts {
    case .uint8(let counts): try copyIn(counts, frames)
    case .uint16(let counts): try copyIn(counts, frames)
    }
  }

  private func copyIn<Count: FixedWidthInteger & BitwiseCopyable>(
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
    let sampleCells = counts.count / frames.sampleCount
    let size = sampleCells * countByteCount
    var isPrepared = false
    for (number, key) in keys.enumerated() {
      let target = address + UInt64(number * size)
      if let known = try residents.address(key, byteCount: size) {
        try device.copy(known, to: target, byteCount: size)
        continue
      }
      if !isPrepared { try staging.prepare(byteCount) }
      isPrepared = true
      staging.write(
        counts, number * sampleCells..<(number + 1) * sampleCells, at: number * size)
      let own = number * size..<(number + 1) * size
      if let room = try residents.room() {
        try staging.copy(own, to: room)
        residents.keep(key, at: room)
        try device.copy(room, to: target, byteCount: size)
      } else {
        try staging.copy(own, to: target)
      }
    }
  }

  /// The fraction of the last batch's counts that are not 0, of those on the device.
  func nonzeroFraction() throws(EngineError) -> Double {
    if count == 0 { return 0 }
    let bytes = try batch.atLeast(1).values(0..<count * countByteCount, filler: 0)
    let places = stride(from: 0, to: bytes.count, by: countByteCount)
    let nonzeroCount = places.count(where: { place in
      bytes[place..<place + countByteCount].contains { $0 != 0 }
    })
    return Double(nonzeroCount) / Double(count)
  }
}
