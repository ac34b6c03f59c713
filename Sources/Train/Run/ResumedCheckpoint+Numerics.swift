internal import SpikingNetwork
internal import SystemPackage

extension ResumedCheckpoint {
  /// The warning that resumed training computes other bits than before; `nil` where they
  /// are the same.
  ///
  /// This is not an error: the checkpoint is valid, and a user who changes the machine or the
  /// release must be able to resume.
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
      + "training continues correctly, but \(effect)"
  }
}
