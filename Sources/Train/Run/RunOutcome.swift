/// How a run ended.
package enum RunOutcome: Equatable, Sendable {
  /// All epochs are done.
  case completed
  /// All were done before it began.
  case nothingToDo
  /// All optimizer steps are done, in the middle of an epoch.
  case stepLimit
  /// The observer asked to stop; the latest checkpoint holds all that was done.
  case interrupted
}
