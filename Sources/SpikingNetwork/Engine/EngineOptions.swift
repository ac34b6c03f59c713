/// How an engine computes; what it computes is defined by the network, the state and the calls.
public struct EngineOptions: Sendable {
  /// Number of threads, for engines that run on the processor.
  public var threadCount: Int
  /// Number of samples in the largest batch.
  public var batchSize: Int
  /// Whether batches are for training, which needs more memory.
  public var isTraining: Bool
  /// The memory that the process can have, in bytes; `nil` if it is not known.
  public var memoryByteCount: Int?
  /// Name of the instruction set; `nil` for the best available.
  public var instructionSet: String?
  /// Sums values over all processes that train together.
  public var reducer: any Reducer
  /// Called with each warning for users, as one line; for example if fewer threads could be
  /// started.
  public var onWarning: @Sendable (String) -> Void

  /// Chooses options.
  public init(
    threadCount: Int, batchSize: Int = 1, isTraining: Bool = false, memoryByteCount: Int? = nil,
    instructionSet: String? = nil,
    reducer: any Reducer = SingleProcess(),
    onWarning: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.threadCount = threadCount
    self.batchSize = batchSize
    self.isTraining = isTraining
    self.memoryByteCount = memoryByteCount
    self.instructionSet = instructionSet
    self.reducer = reducer
    self.onWarning = onWarning
  }
}
