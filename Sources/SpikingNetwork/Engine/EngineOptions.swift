/// How an engine goes about its work; nothing here is part of what it computes.
public struct EngineOptions: Sendable {
  /// Threads that compute, on a processor; they change no result.
  public var threadCount: Int
  /// Samples of the largest batch that will come.
  public var batchSize: Int
  /// The name of the instructions to use; `nil` for the best that there are.
  public var instructionSet: String?
  /// What sums over the processes that train together.
  public var reducer: any Reducer
  /// Gets what users should know, as that there are fewer threads; a line each.
  public var onWarning: @Sendable (String) -> Void

  /// Chooses options.
  public init(
    threadCount: Int, batchSize: Int = 1, instructionSet: String? = nil,
    reducer: any Reducer = SingleProcess(),
    onWarning: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.threadCount = threadCount
    self.batchSize = batchSize
    self.instructionSet = instructionSet
    self.reducer = reducer
    self.onWarning = onWarning
  }
}
