/// An error that may also report cancellation by the caller.
///
/// Each such type has a code for it, and keeps it when converting a cancellation of another type.
/// The message is irrelevant.
public protocol CancellableError: Error {
  /// Whether the caller cancelled the work, so that nothing is wrong.
  var isCancellation: Bool { get }
}
