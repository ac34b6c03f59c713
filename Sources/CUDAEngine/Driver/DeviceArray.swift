internal import SpikingNetwork

/// Memory of a device, for values of one kind.
final class DeviceArray<Element: BitwiseCopyable> {
  /// How many values it has room for.
  let count: Int
  /// Where it is, on the device.
  let address: UInt64

  private let device: Device

  /// Takes memory, with anything in it.
  init(_ device: Device, count: Int) throws(EngineError) {
    self.device = device
    self.count = count
    address = try device.allocate(max(16, count * MemoryLayout<Element>.stride))
  }

  /// Takes memory for values, and copies them there.
  convenience init(_ device: Device, _ values: [Element]) throws(EngineError) {
    try self.init(device, count: values.count)
    try set(values)
  }

  deinit { device.release(address) }

  /// The address of a value.
  func address(of index: Int) -> UInt64 {
    precondition((0...count).contains(index), "\(index) of \(count)")
    return address + UInt64(index * MemoryLayout<Element>.stride)
  }

  /// Copies values there, from the first on or from another one.
  func set(_ values: [Element], at index: Int = 0) throws(EngineError) {
    precondition(index + values.count <= count, "\(values.count) values at \(index) of \(count)")
    // Typed throws do not go through the closure's generic ones.
    let result = unsafe values.withUnsafeBytes { bytes -> Result<Void, EngineError> in
      Result { () throws(EngineError) in
        unsafe try device.copy(bytes, to: address(of: index))
      }
    }
    try result.get()
  }

  /// Copies values from there.
  func values(_ range: Range<Int>? = nil, filler: Element) throws(EngineError) -> [Element] {
    let range = range ?? 0..<count
    var values = [Element](repeating: filler, count: range.count)
    let result = unsafe values.withUnsafeMutableBytes { bytes -> Result<Void, EngineError> in
      Result { () throws(EngineError) in
        unsafe try device.copy(address(of: range.lowerBound), to: bytes)
      }
    }
    try result.get()
    return values
  }

  /// Makes all bytes 0.
  func clear() throws(EngineError) {
    try device.clear(address, wordCount: count * MemoryLayout<Element>.stride / 4)
  }
}

/// Memory that is taken once more where it does not suffice.
final class GrowingArray<Element: BitwiseCopyable> {
  private let device: Device
  private var array: DeviceArray<Element>?

  init(_ device: Device) { self.device = device }

  /// Room for so many values, with anything in it.
  func atLeast(_ count: Int) throws(EngineError) -> DeviceArray<Element> {
    if let array, array.count >= count { return array }
    // What was there goes first, so that both need not fit.
    array = nil
    let new = try DeviceArray<Element>(device, count: count)
    array = new
    return new
  }
}
