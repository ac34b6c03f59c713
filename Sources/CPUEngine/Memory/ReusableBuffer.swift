/// A buffer that is reused from one batch to the next and grows if a batch needs more.
///
/// Reuse keeps the memory's pages mapped: the first access to each new page is slow.
final class ReusableBuffer<Element: BitwiseCopyable> {
  private var buffer: Buffer<Element>?

  /// A buffer of at least `count` elements; its content is undefined.
  func atLeast(_ count: Int) -> Buffer<Element> {
    if let buffer, buffer.count >= count { return buffer }
    // Frees the old memory before the new is allocated.
    buffer = nil
    let larger = Buffer<Element>(count: count)
    buffer = larger
    return larger
  }
}
