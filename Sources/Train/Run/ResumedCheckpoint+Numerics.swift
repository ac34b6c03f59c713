internal import SpikingNetwork
internal import SystemPackage

extension ResumedCheckpoint {
  /// The warning that resumed training will not compute the same bits as an uninterrupted run;
  /// `nil` if it will.
  ///
  /// This is not an error: the checkpoint is valid, and a user who changes the machine or the
  /// release must be able to resume.
  func numericsChange(to training: Training) -> String? {
    let now = training.engine.numerics(training.settings.precision)
    if numerics == now { return nil }
    let effect =
      numerics == nil
      ? "results may not be bit-identical to those of an uninterrupted run"
      : "results will not be bit-identical to those of an uninterrupted run"
    let earlier =
      numerics.map { "with numerics version \($0)" }
      ?? "by an earlier dvstrain that recorded no numerics version"
    return
      "\(path): trained so far \(earlier), from now on with version \(now): "
      + "training continues correctly, but \(effect)"
  }
}
