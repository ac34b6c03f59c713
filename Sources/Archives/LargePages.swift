internal import Glibc

/// Asks the system to provide memory in large pages where it has not provided it yet.
///
/// New memory comes page by page, each cleared, when it is first written to; with pages of 2 MiB
/// instead of 4 KiB that takes a fraction of the time. The system may ignore the request.
func requestLargePages(_ memory: UnsafeMutableRawBufferPointer) {
  guard let base = memory.baseAddress, memory.count >= 2 * largePageByteCount else { return }
  // Pages that the memory shares with something else stay as they are.
  let start = unsafe base.alignedUp(toMultipleOf: largePageByteCount)
  let end = unsafe (base + memory.count).alignedDown(toMultipleOf: largePageByteCount)
  // Safe: the range lies in the memory, whose content stays the same.
  _ = unsafe madvise(start, end - start, MADV_HUGEPAGE)
}

private let largePageByteCount = 2 << 20
