internal import SpikingNetwork

/// A buffer of the host for asynchronous copies to and from a device.
///
/// It is page-locked. If the system provides no such memory, ordinary memory is used, and the host
/// waits for each copy.
@safe final class HostMemory {
  /// Size of the buffer.
  private(set) var byteCount = 0
  /// Whether copies are asynchronous.
  private(set) var isPageLocked = false

  private let device: Device
  private nonisolated(unsafe) var start: UnsafeMutableRawPointer?
  /// ``Device/waitCount`` when the last copy was queued; `nil` if there was none.
  private var waitCountAtCopy: Int?

  /// Makes an empty buffer.
  init(_ device: Device) {
    self.device = device
    unsafe start = nil
  }

  deinit {
    // A queued copy must not access memory that has been released.
    if (try? device.makeCurrent()) != nil { try? waitForCopies() }
    release()
  }

  /// Ensures a size, with undefined contents, after waiting for all copies from and to the buffer.
  func prepare(_ byteCount: Int) throws(EngineError) {
    try waitForCopies()
    if byteCount <= self.byteCount { return }
    release()
    unsafe start = unsafe device.allocateHost(byteCount)
    isPageLocked = unsafe start != nil
    if !isPageLocked {
      unsafe start = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: 64)
    }
    self.byteCount = byteCount
  }

  /// Writes values, or a range of them, at an offset in bytes.
  func write<Element: BitwiseCopyable>(
    _ values: [Element], _ range: Range<Int>? = nil, at offset: Int = 0
  ) {
    let range = range ?? values.indices
    let stride = MemoryLayout<Element>.stride
    let target = unsafe pointer(at: offset, byteCount: range.count * stride)
    unsafe values[range].withUnsafeBytes { bytes in
      if let source = bytes.baseAddress {
        unsafe target.copyMemory(from: source, byteCount: bytes.count)
      }
    }
  }

  /// Queues a copy of a range of bytes to the device.
  func copy(_ range: Range<Int>, to address: UInt64) throws(EngineError) {
    let source = unsafe pointer(at: range.lowerBound, byteCount: range.count)
    waitCountAtCopy = device.waitCount
    unsafe try device.copy(UnsafeRawBufferPointer(start: source, count: range.count), to: address)
  }

  /// Queues a copy of bytes from the device to an offset; it is done after
  /// ``Device/synchronize()``.
  func copy(_ address: UInt64, byteCount: Int, to offset: Int) throws(EngineError) {
    let target = unsafe pointer(at: offset, byteCount: byteCount)
    waitCountAtCopy = device.waitCount
    unsafe try device.enqueueCopy(address, to: target, byteCount: byteCount)
  }

  /// Values that were copied from the device, at an offset in bytes.
  func values<Element: BitwiseCopyable>(
    at offset: Int, count: Int, of: Element.Type = Element.self
  ) -> [Element] {
    precondition(waitCountAtCopy != device.waitCount, "the device has not been waited for")
    let stride = MemoryLayout<Element>.stride
    let source = unsafe pointer(at: offset, byteCount: count * stride)
    return (0..<count).map {
      unsafe source.loadUnaligned(fromByteOffset: $0 * stride, as: Element.self)
    }
  }

  /// Waits until no queued copy reads or writes the buffer.
  private func waitForCopies() throws(EngineError) {
    if waitCountAtCopy == device.waitCount { try device.synchronize() }
    waitCountAtCopy = nil
  }

  private func pointer(at offset: Int, byteCount: Int) -> UnsafeMutableRawPointer {
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
