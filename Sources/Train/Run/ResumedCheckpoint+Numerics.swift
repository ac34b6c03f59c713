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
    let effect =
      numerics == nil
      ? "perhaps not to the same bits as without a break"
      : "not to the same bits as without a break"
    let earlier =
      numerics.map { "with numerics version \($0)" }
      ?? "by an earlier dvstrain that noted no numerics version"
    return
      "\(path): trained so far \(earlier), and from here on with version \(now): "
      + "training goes on soundly, but \(effect)"
  }
}
