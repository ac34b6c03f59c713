extension Training {
  /// Warns that the cosine reaches 0 before the last epoch; `nil` if it does not.
  ///
  /// - Parameter isResuming: Whether the schedule can no longer be changed.
  func scheduleWarning(_ options: RunOptions, isResuming: Bool) -> String? {
    guard case .cosine(let halfPeriod) = settings.schedule, reaches(halfPeriod, by: options) else {
      return nil
    }
    let epochCount = options.epochCount
    let rise = epochCount > halfPeriod + 1 ? " and rises again after it" : ""
    let advice =
      isResuming
      ? "a new run with -T_max \(epochCount) would let it fall over all epochs"
      : "-T_max \(epochCount) lets it fall over all epochs"
    return "-T_max \(halfPeriod) for \(epochCount) epochs: the learning rate is 0 in epoch "
      + "\(halfPeriod)\(rise); \(advice)"
  }

  /// Whether the limits of a run allow a step in an epoch.
  private func reaches(_ epoch: Int, by options: RunOptions) -> Bool {
    guard epoch < options.epochCount else { return false }
    guard let maximum = options.maximumStepCount else { return true }
    var firstEpoch = TrainingPosition()
    firstEpoch.batchCount = plan.batchesPerEpoch
    return epoch <= (maximum - 1) / plan.stepCount(at: firstEpoch)
  }
}
