internal import SpikingNetwork

/// Memory of the host through which numbers go to a device, or come from it, without waiting.
///
/// It is page-locked. Where the system gives no such memory it is ordinary memory: the copies are
/// the same, and the host waits for each.
@safe final class HostMemory {
  /// Room for so many bytes.
  private(set) var byteCount = 0
  /// Whether the host need not wait for copies.
  private(set) var isPageLocked = false

  private let device: Device
  private nonisolated(unsafe) var start: UnsafeMutableRawPointer?
  /// The device's count of waits when the last copy was asked for; `nil` where there was none.
  private var waitCountAtCopy: Int?

  /// Makes it without room.
  init(_ device: Device) {
    self.device = device
    unsafe start = nil
  }

  deinit {
    // A copy that is still to be done must not find other memory there.
    if (try? device.use()) != nil { try? finishCopies() }
    release()
  }

  /// Makes room, with anything in it, that no copy reads or writes any more.
  func prepare(_ byteCount: Int) throws(EngineError) {
    try finishCopies()
    if byteCount <= self.byteCount { return }
    release()
    unsafe start = unsafe device.allocateHost(byteCount)
    isPageLocked = unsafe start != nil
    if !isPageLocked {
      unsafe start = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: 64)
    }
    self.byteCount = byteCount
  }

  /// Puts values there, from a byte on.
  func write<Element: BitwiseCopyable>(
    _ values: [Element], _ range: Range<Int>? = nil, at offset: Int = 0
  ) {
    let range = range ?? values.indices
    let stride = MemoryLayout<Element>.stride
    let target = unsafe place(offset, byteCount: range.count * stride)
    unsafe values[range].withUnsafeBytes { bytes in
      if let source = bytes.baseAddress {
        unsafe target.copyMemory(from: source, byteCount: bytes.count)
      }
    }
  }

  /// Copies bytes to the device.
  func copy(_ range: Range<Int>, to address: UInt64) throws(EngineError) {
    let source = unsafe place(range.lowerBound, byteCount: range.count)
    waitCountAtCopy = device.waitCount
    unsafe try device.copy(UnsafeRawBufferPointer(start: source, count: range.count), to: address)
  }

  /// Copies bytes from the device; they are there when the device has been waited for.
  func copy(_ address: UInt64, byteCount: Int, to offset: Int) throws(EngineError) {
    let target = unsafe place(offset, byteCount: byteCount)
    waitCountAtCopy = device.waitCount
    unsafe try device.askForCopy(address, to: target, byteCount: byteCount)
  }

  /// The values that were copied there, from a byte on.
  func values<Element: BitwiseCopyable>(
    at offset: Int, count: Int, of: Element.Type = Element.self
  ) -> [Element] {
    precondition(waitCountAtCopy != device.waitCount, "the device has not been waited for")
    let stride = MemoryLayout<Element>.stride
    let source = unsafe place(offset, byteCount: count * stride)
    return (0..<count).map {
      unsafe source.loadUnaligned(fromByteOffset: $0 * stride, as: Element.self)
    }
  }

  /// Waits until no copy reads or writes what is here.
  private func finishCopies() throws(EngineError) {
    if waitCountAtCopy == device.waitCount { try device.synchronize() }
    waitCountAtCopy = nil
  }

  private func place(_ offset: Int, byteCount: Int) -> UnsafeMutableRawPointer {
    guard let start = unsafe start, offset >= 0, offset + byteCount <= self.byteCount else {
      preconditionFailure("\(byteCount) bytes at \(offset) of \(self.byteCount)")
    }
    return unsafe start + offset
  }

  private func release() {
    guard let old = unsafe start else { return }
    if isPageLocked { unsafe device.releaseHost(old) } else { unsafe old.deallocate() }
    unsafe start = nil
    byteCount = 0
  }
}
