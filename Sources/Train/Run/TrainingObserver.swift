/// Who is told of a run's progress, and can stop it.
public struct TrainingObserver {
  /// How far a part of the run is.
  public struct Progress: Equatable, Sendable {
    /// What is being done, as in `epoch 3 of 64`.
    public var stage: String
    /// Samples done.
    public var completedCount: Int
    /// Samples in all.
    public var totalCount: Int
  }

  /// Gets what the run does.
  public var onNote: (String) -> Void
  /// Gets what is odd, but ends nothing.
  public var onWarning: (String) -> Void
  /// Gets how far it is, after each step.
  public var onProgress: (Progress) -> Void
  /// Gets each epoch that is done.
  public var onEpoch: (EpochReport) -> Void
  /// Whether the run is to stop; asked after each step.
  public var isCancelled: () -> Bool

  /// Makes an observer that hears nothing, unless told otherwise.
  public init(
    onNote: @escaping (String) -> Void = { _ in },
    onWarning: @escaping (String) -> Void = { _ in },
    onProgress: @escaping (Progress) -> Void = { _ in },
    onEpoch: @escaping (EpochReport) -> Void = { _ in },
    isCancelled: @escaping () -> Bool = { false }
  ) {
    self.onNote = onNote
    self.onWarning = onWarning
    self.onProgress = onProgress
    self.onEpoch = onEpoch
    self.isCancelled = isCancelled
  }
}
