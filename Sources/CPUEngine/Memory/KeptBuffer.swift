/// A buffer that is kept from one batch to the next, so that its pages are; it grows where a batch
/// needs more.
final class KeptBuffer<Element: BitwiseCopyable> {
  private var buffer: Buffer<Element>?

  /// A buffer of at least so many elements; its content is undefined.
  func atLeast(_ count: Int) -> Buffer<Element> {
    if let buffer, buffer.count >= count { return buffer }
    // The old one goes before the new one comes.
    buffer = nil
    let larger = Buffer<Element>(count: count)
    buffer = larger
    return larger
  }
}
