internal import SpikingNetwork

/// An array in a device's memory.
final class DeviceArray<Element: BitwiseCopyable> {
  /// Number of elements.
  let count: Int
  /// Address of the first element, on the device.
  let address: UInt64

  private let device: Device

  /// Allocates an array with undefined contents.
  init(_ device: Device, count: Int) throws(EngineError) {
    self.device = device
    self.count = count
    address = try device.allocate(max(16, count * MemoryLayout<Element>.stride))
  }

  /// Allocates an array and copies values to it.
  convenience init(_ device: Device, _ values: [Element]) throws(EngineError) {
    try self.init(device, count: values.count)
    try set(values)
  }

  deinit { device.release(address) }

  /// The address of an element.
  func address(of index: Int) -> UInt64 {
    precondition((0...count).contains(index), "\(index) of \(count)")
    return address + UInt64(index * MemoryLayout<Element>.stride)
  }

  /// Copies values into the array, starting at an index.
  func set(_ values: [Element], at index: Int = 0) throws(EngineError) {
    precondition(index + values.count <= count, "\(values.count) values at \(index) of \(count)")
    // A Result, since withUnsafeBytes does not pass on the type of the error.
    let result = unsafe values.withUnsafeBytes { bytes -> Result<Void, EngineError> in
      Result { () throws(EngineError) in
        unsafe try device.copy(bytes, to: address(of: index))
      }
    }
    try result.get()
  }

  /// Copies elements to the host, by default all; waits for the device.
  ///
  /// - Parameter filler: Any value, to initialize the result with.
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

  /// Sets all bytes to 0, up to the last multiple of four.
  func clear() throws(EngineError) {
    try device.clear(address, wordCount: count * MemoryLayout<Element>.stride / 4)
  }
}

/// An array of a device that is reallocated, without its contents, if it is too small.
final class GrowingArray<Element: BitwiseCopyable> {
  private let device: Device
  private var array: DeviceArray<Element>?

  init(_ device: Device) { self.device = device }

  /// The array, with room for at least `count` elements; a new one has undefined contents.
  func atLeast(_ count: Int) throws(EngineError) -> DeviceArray<Element> {
    if let array, array.count >= count { return array }
    // The old array is released first, so that memory need not hold both.
    array = nil
    let new = try DeviceArray<Element>(device, count: count)
    array = new
    return new
  }
}
