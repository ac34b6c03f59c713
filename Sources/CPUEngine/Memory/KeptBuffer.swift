/// A buffer that is kept from one batch to the next, so that its pages are; it grows where a batch
/// needs more.
final class KeptBuffer<Element: BitwiseCopyable> {
  private var buffer: Buffer<Element>?
  private let isFilled: Bool

  /// - Parameter isFilled: Whether most of it is written; memory that is not is not to be taken.
  init(isFilled: Bool = true) { self.isFilled = isFilled }

  /// A buffer of at least so many elements; its content is undefined.
  func atLeast(_ count: Int) -> Buffer<Element> {
    if let buffer, buffer.count >= count { return buffer }
    // The old one goes before the new one comes.
    buffer = nil
    let larger = Buffer<Element>(count: count, isFilled: isFilled)
    buffer = larger
    return larger
  }
}
