/// How a run ended.
package enum RunOutcome: Equatable, Sendable {
  /// All epochs are done.
  case completed
  /// All epochs or optimizer steps were done already.
  case nothingToDo
  /// The maximum number of optimizer steps is reached within an epoch.
  case stepLimit
  /// The observer asked to stop; the latest checkpoint contains all completed steps.
  case interrupted
}
