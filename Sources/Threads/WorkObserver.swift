/// How a long piece of work tells of itself, and is told to stop.
public struct WorkObserver: Sendable {
  /// Gets each step; may be called on any thread, one call at a time.
  public let onProgress: @Sendable (WorkProgress) -> Void
  /// Says whether the work is to end early; it is asked often and must be cheap.
  public let isCancelled: @Sendable () -> Bool

  /// Makes an observer.
  public init(
    onProgress: @escaping @Sendable (WorkProgress) -> Void = { _ in },
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) {
    self.onProgress = onProgress
    self.isCancelled = isCancelled
  }
}
