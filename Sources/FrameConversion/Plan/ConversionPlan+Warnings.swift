internal import AEDAT
internal import EventData
internal import EventFrames
internal import FrameCache
internal import GestureDataSet
internal import SystemPackage

extension ConversionPlan {
  /// A window may end so many microseconds after the recording without a warning.
  private static let tolerance: Int64 = 1_000_000

  /// What is odd about the recordings and their windows.
  var warnings: [DataSetWarning] {
    var warnings: [DataSetWarning] = []
    for (trial, scan) in scans.enumerated() {
      let path = dataSet.recordingPath(ofTrial: trial)
      warnings += scan.statistics.warnings(path, invalidEvents: settings.invalidEvents)
      for (window, tally) in scan.tallies.enumerated() where tally.eventCount > 0 {
        let sample = dataSet.trials[trial].samples[window]
        let end = sample.window.microseconds.upperBound
        guard let last = scan.statistics.lastMicroseconds, end - Self.tolerance > last else {
          continue
        }
        warnings.append(
          DataSetWarning(
            dataSet.labelsPath(ofTrial: trial), .line(sample.window.line),
            "the window of class \(sample.window.gesture.classNumber) ends at \(end) µs, the "
              + "recording at \(last) µs: its events up to there are taken"))
      }
      for (window, tally) in scan.tallies.enumerated() where tally.eventCount == 0 {
        let sample = dataSet.trials[trial].samples[window]
        warnings.append(
          DataSetWarning(
            dataSet.labelsPath(ofTrial: trial), .line(sample.window.line),
            "no events in the window of class \(sample.window.gesture.classNumber): "
              + (settings.skipsEmptyWindows
                ? "left out" : "kept as frames of zeros (--skip-empty leaves it out)")))
      }
    }
    return warnings
  }
}

extension RecordingStatistics {
  /// What is odd about the events of a recording.
  fileprivate func warnings(
    _ path: FilePath, invalidEvents: InvalidEventPolicy
  ) -> [DataSetWarning] {
    var warnings: [DataSetWarning] = []
    if invalidCount > 0 {
      let consequence =
        invalidEvents == .keep
        ? "kept (--invalid-events drop leaves them out)"
        : "left out (--invalid-events keep counts them)"
      warnings.append(
        DataSetWarning(path, .whole, "\(invalidCount) events are marked invalid: \(consequence)"))
    }
    if outsideCount > 0 {
      warnings.append(
        DataSetWarning(
          path, .whole, "\(outsideCount) events lie outside the 128×128 sensor: left out"))
    }
    if backwardCount > 0 {
      warnings.append(
        DataSetWarning(
          path, .whole,
          "time goes back \(backwardCount) times: the file's order counts by number, each "
            + "event's own time by time and duration"))
    }
    return warnings
  }
}
