/// Receives a run's progress, and can stop the run.
package struct TrainingObserver {
  /// How far a part of the run is.
  package struct Progress: Equatable, Sendable {
    /// What is being done, as in `epoch 3 of 64`.
    package var stage: String
    /// Samples done.
    package var completedCount: Int
    /// Samples in all.
    package var totalCount: Int
  }

  /// Receives what the run does.
  package var onNote: (String) -> Void
  /// Receives warnings that do not end the run.
  package var onWarning: (String) -> Void
  /// Receives the progress after each step.
  package var onProgress: (Progress) -> Void
  /// Receives each completed epoch.
  package var onEpoch: (EpochReport) -> Void
  /// Whether the run is to stop; asked after each step.
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
