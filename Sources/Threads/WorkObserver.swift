/// Receives the progress of a long operation, and can cancel it.
public struct WorkObserver: Sendable {
  /// Called with each step of progress, on any thread, but never by two threads at once.
  public let onProgress: @Sendable (WorkProgress) -> Void
  /// Whether the operation should end early; called often, so it must be fast.
  public let isCancelled: @Sendable () -> Bool

  /// Creates an observer.
  public init(
    onProgress: @escaping @Sendable (WorkProgress) -> Void = { _ in },
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) {
    self.onProgress = onProgress
    self.isCancelled = isCancelled
  }
}
