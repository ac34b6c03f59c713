/// Who is told of a run's progress, and can stop it.
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

  /// Gets what the run does.
  package var onNote: (String) -> Void
  /// Gets what is odd, but ends nothing.
  package var onWarning: (String) -> Void
  /// Gets how far it is, after each step.
  package var onProgress: (Progress) -> Void
  /// Gets each epoch that is done.
  package var onEpoch: (EpochReport) -> Void
  /// Whether the run is to stop; asked after each step.
  package var isCancelled: () -> Bool

  /// Makes an observer that hears nothing, unless told otherwise.
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
