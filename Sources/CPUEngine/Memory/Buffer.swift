internal import Glibc

/// Memory of a fixed number of elements, aligned to 64 bytes for vector instructions.
///
/// Several threads may write to it at once if each writes a different part.
///
/// Its content is undefined until it is written.
@safe final class Buffer<Element: BitwiseCopyable>: @unchecked Sendable {
  let count: Int
  private let start: UnsafeMutablePointer<Element>

  init(count: Int) {
    precondition(count >= 0, "\(count) elements")
    self.count = count
    requireMemory(byteCount: count * MemoryLayout<Element>.stride)
    var memory: UnsafeMutableRawPointer?
    // Safe: the result is checked; the memory is freed in `deinit` only.
    let result = unsafe posix_memalign(&memory, 64, max(64, count * MemoryLayout<Element>.stride))
    guard result == 0, let memory = unsafe memory else {
      endWithoutMemory(byteCount: count * MemoryLayout<Element>.stride)
    }
    unsafe start = memory.bindMemory(to: Element.self, capacity: count)
  }

  convenience init(_ values: [Element]) {
    self.init(count: values.count)
    // Safe: the buffer has as many elements as are copied.
    unsafe values.withUnsafeBufferPointer { source in
      if let base = source.baseAddress { unsafe start.update(from: base, count: source.count) }
    }
  }

  deinit {
    // Safe: no references to the object are left.
    unsafe free(start)
  }

  /// The address of the `count` elements from `offset` on, all of which must be within the buffer.
  ///
  /// It is valid while the buffer exists: call this on a named constant, never on a temporary.
  @unsafe func address(_ offset: Int = 0, count: Int) -> UnsafeMutablePointer<Element> {
    precondition(
      offset >= 0 && count >= 0 && offset + count <= self.count,
      "elements \(offset)..<\(offset + count) of \(self.count)")
    return unsafe start + offset
  }

  func fill(_ value: Element) {
    // Safe: exactly the buffer's elements are written.
    unsafe start.update(repeating: value, count: count)
  }

  var values: [Element] {
    // Safe: exactly the buffer's elements are read.
    unsafe Array(UnsafeBufferPointer(start: start, count: count))
  }

  subscript(_ index: Int) -> Element {
    get {
      precondition((0..<count).contains(index), "index \(index) of \(count)")
      return unsafe start[index]
    }
    set {
      precondition((0..<count).contains(index), "index \(index) of \(count)")
      unsafe start[index] = newValue
    }
  }
}
