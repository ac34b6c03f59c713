/// An error that may also say that work ended because its caller asked for that.
///
/// Each such type has a code for it, which it keeps when it takes over such an error of another
/// type. What the message says decides nothing.
public protocol CancellableError: Error {
  /// Whether work ended because its caller asked it to stop, so that nothing is wrong.
  var isCancellation: Bool { get }
}
