/// How an engine goes about its work; nothing here is part of what it computes.
public struct EngineOptions: Sendable {
  /// Threads that compute, on a processor; they change no result.
  public var threadCount: Int
  /// The name of the processor's instructions to use; `nil` for the best that it has.
  public var instructionSet: String?
  /// What sums over the processes that train together.
  public var reducer: any Reducer
  /// Gets what users should know, as that there are fewer threads; a line each.
  public var onWarning: @Sendable (String) -> Void

  /// Chooses options.
  public init(
    threadCount: Int, instructionSet: String? = nil, reducer: any Reducer = SingleProcess(),
    onWarning: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.threadCount = threadCount
    self.instructionSet = instructionSet
    self.reducer = reducer
    self.onWarning = onWarning
  }
}
