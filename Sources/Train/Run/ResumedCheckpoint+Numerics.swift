internal import SpikingNetwork
internal import SystemPackage

extension ResumedCheckpoint {
  /// What to warn of where a training goes on with other bits than it had so far; `nil` where they
  /// are the same.
  ///
  /// It is no error: the checkpoint is sound, and whoever changes the machine or the release has to
  /// be able to go on.
  func numericsChange(to training: Training) -> String? {
    let now = training.engine.numerics(training.settings.precision)
    if numerics == now { return nil }
    let earlier =
      numerics.map { "numerics version \($0)" }
      ?? "dvstrain 0.1.0, which noted no numerics version"
    // What 0.1.0 noted does not tell which engine it was.
    let certainty = numerics == nil ? "may" : "will"
    return
      "\(path): its training so far was computed by \(earlier), and goes on by version \(now): "
      + "results \(certainty) differ, at first in the last digits, from those of a run without a break"
  }
}
