/// Receives a run's progress, and can stop the run.
package struct TrainingObserver {
  /// The progress of a stage of the run.
  package struct Progress: Equatable, Sendable {
    /// The name of the stage, as in `epoch 3 of 64`.
    package var stage: String
    /// The number of samples done.
    package var completedCount: Int
    /// The total number of samples.
    package var totalCount: Int
  }

  /// Receives notes on what the run does.
  package var onNote: (String) -> Void
  /// Receives warnings that do not end the run.
  package var onWarning: (String) -> Void
  /// Receives the progress after each step and each evaluated batch.
  package var onProgress: (Progress) -> Void
  /// Receives each completed epoch.
  package var onEpoch: (EpochReport) -> Void
  /// Whether to stop the run; called after each step and each evaluated batch.
  package var isCancelled: () -> Bool

  /// Creates an observer; without arguments it ignores everything.
  package init(
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
