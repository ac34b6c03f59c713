internal import EventData
internal import EventFrames
internal import FrameCache
internal import SystemPackage

extension ConversionPlan {
  /// Microseconds that a window may extend past the end of its recording without a warning.
  private static let tolerance: Int64 = 1_000_000

  /// Warnings about the recordings and their windows.
  var warnings: [DataSetWarning] {
    // One warning for all recordings, not one for each.
    (OutsideEvents(dataSet, scans).map { [$0.warning] } ?? [])
      + scans.indices.flatMap { warnings(ofRecording: $0) }
  }

  /// Warnings about a recording and its windows.
  func warnings(ofRecording number: Int) -> [DataSetWarning] {
    let recording = dataSet.recordings[number]
    let scan = scans[number]
    let path = recording.path
    var warnings = scan.statistics.warnings(
      path, on: dataSet.isSensorNamed ? nil : dataSet.schema.sensor,
      invalidEvents: settings.invalidEvents)
    if !dataSet.isSensorNamed,
      let warning = scan.header.cameraWarning(path, expecting: dataSet.schema.sensor)
    {
      warnings.append(warning)
    }
    for (window, tally) in scan.tallies.enumerated() where tally.eventCount > 0 {
      let sample = recording.samples[window]
      guard let end = sample.window?.upperBound, let last = scan.statistics.latestMicroseconds,
        end - Self.tolerance > last
      else { continue }
      warnings.append(
        DataSetWarning(
          sample.labelsPath, sample.location,
          "the window of \(sample.className) ends at \(end) µs, the "
            + "recording at \(last) µs: its events up to there are taken"))
    }
    for (window, tally) in scan.tallies.enumerated() where tally.eventCount == 0 {
      let sample = recording.samples[window]
      let part = sample.window == nil ? "recording" : "window of \(sample.className)"
      warnings.append(
        DataSetWarning(
          sample.labelsPath, sample.location,
          (scan.emptiedWindows.contains(window)
            ? "the preprocessing leaves no events in the \(part): " : "no events in the \(part): ")
            + (settings.skipsEmptyWindows
              ? "left out" : "kept as frames of zeros (--skip-empty leaves it out)")))
    }
    return warnings
  }
}
