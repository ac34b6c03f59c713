internal import FileAccess
internal import Terminal

extension TrainingPlan {
  /// Why a new run does not replace the one in its folder, and which option continues.
  ///
  /// `-resume auto` is proposed only if it would work.
  func refusal(toReplace files: RunFiles, _ options: RunOptions) -> String {
    let found = "contains a checkpoint of an earlier run"
    let others = "--force starts over, another -out_dir keeps both"
    let path = files.latestCheckpoint.exists ? files.latestCheckpoint : files.bestCheckpoint
    do throws(TrainError) {
      let checkpoint = try Checkpoint(reading: path)
      try checkpoint.checkCanResume(settings, cacheIdentity, at: path)
      guard checkpoint.position.epoch >= options.epochCount else {
        return "\(found): -resume auto resumes it, --force starts over"
      }
      return "\(found) that has trained \(counted(checkpoint.position.epoch, "epoch")): "
        + "-resume auto with more -epochs resumes it, --force starts over"
    } catch {
      return "\(found), from which -resume auto cannot continue "
        + "(\(error.location.isEmpty ? "" : "\(error.location): ")\(error.detail)): \(others)"
    }
  }
}
