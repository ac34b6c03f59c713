internal import AEDAT
internal import FileAccess
internal import GestureDataSet
internal import SystemPackage
internal import Threads

/// A data set that has been scanned, so that every sample's place in the cache is known.
struct FrameProduction {
  /// A sample that the cache will have.
  struct Job: Sendable {
    let trial: Int
    /// The number of the window in the trial.
    let window: Int
    /// Where it goes.
    let sample: SampleIndex
  }

  let dataSet: GestureDataSet
  let conversion: Conversion
  /// What was found in each trial's recording.
  let scans: [RecordingScan]
  /// All samples, in the order in which their recordings are read.
  let jobs: [Job]
  /// T.
  let frameCount: Int
  /// As many threads as were asked for, or as there is memory for.
  let threadCount: Int
  private(set) var warnings: [DataSetWarning] = []
  private(set) var stageSeconds = StageSeconds()

  private var options: ConversionOptions { conversion.options }

  /// Reads every recording once.
  init(
    scanning dataSet: GestureDataSet, for conversion: Conversion
  ) throws(FrameCacheError) {
    self.dataSet = dataSet
    self.conversion = conversion
    scans = try RecordingScanning(dataSet, conversion).run()
    let split = conversion.options.split
    let tallies = scans.map(\.tallies)
    frameCount =
      split.fixedFrameCount
      ?? tallies.reduce(1) { $1.reduce($0) { max($0, split.frameCount(of: $1)) } }
    jobs = Self.layOut(
      dataSet, tallies, skipsEmptyWindows: conversion.options.skipsEmptyWindows)
    let byteCount = frameCount.multipliedReportingOverflow(
      by: DVS128.cellCount * ElementType.uint16.byteCount)
    guard !byteCount.overflow, byteCount.partialValue <= CacheFormat.maximumChunkByteCount else {
      throw FrameCacheError(
        .content, conversion.options.destination, "",
        "\(frameCount) frames make samples of over 4 GiB, which a cache cannot hold: "
          + "use fewer or longer frames")
    }
    let frameCount = frameCount
    guard
      let threadCount = ThreadBudget.threadCount(
        wanted: conversion.options.threadCount, frameCount: frameCount)
    else {
      throw FrameCacheError(
        .content, conversion.options.destination, "",
        "a sample of \(frameCount) frames needs "
          + "\(ThreadBudget.byteCountPerThread(frameCount: frameCount)) bytes of memory, more than "
          + "half of this machine's: use fewer or longer frames")
    }
    self.threadCount = threadCount
    guard !jobs.isEmpty else {
      throw FrameCacheError(
        .content, dataSet.source.path, "", "no window of the data set has an event")
    }
    for scan in scans {
      stageSeconds.read += Double(scan.readNanoseconds) * 1e-9
      stageSeconds.hash += Double(scan.hashNanoseconds) * 1e-9
      stageSeconds.parse += scan.parseSeconds
    }
    warnings = scanWarnings()
  }

  /// Where each sample goes: within a split in the order of its list, then of the label file.
  private static func layOut(
    _ dataSet: GestureDataSet, _ tallies: [[WindowTally]], skipsEmptyWindows: Bool
  ) -> [Job] {
    var next: [DataSetSplit: Int] = [:]
    var jobsOfTrial: [[Job]] = []
    for (trial, description) in dataSet.trials.enumerated() {
      var jobs: [Job] = []
      for window in description.samples.indices {
        if skipsEmptyWindows && tallies[trial][window].eventCount == 0 { continue }
        let number = next[description.split, default: 0]
        next[description.split] = number + 1
        jobs.append(
          Job(trial: trial, window: window, sample: SampleIndex(description.split, number)))
      }
      jobsOfTrial.append(jobs)
    }
    return dataSet.readingOrder.flatMap { jobsOfTrial[$0] }
  }

  /// A window may end so many microseconds after the recording without a warning.
  private static let tolerance: Int64 = 1_000_000

  private func scanWarnings() -> [DataSetWarning] {
    var warnings: [DataSetWarning] = []
    for (trial, scan) in scans.enumerated() {
      let path = dataSet.recordingPath(ofTrial: trial)
      warnings += scan.statistics.warnings(path, invalidEvents: options.invalidEvents)
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
              + (options.skipsEmptyWindows
                ? "left out" : "kept as frames of zeros (--skip-empty leaves it out)")))
      }
    }
    return warnings
  }

  /// About how large the cache will be.
  ///
  /// A guess on the safe side, not a bound: gestures take an eighth of their plain size
  /// (Benchmarks.md), thin samples 2 bytes an event. A disk that fills up all the same is an error
  /// when it does.
  var expectedByteCount: Int64 {
    let plainByteCount = frameCount * DVS128.cellCount
    let metadataByteCount = 200 + 16 * frameCount
    return jobs.reduce(16_384) { sum, job in
      let eventCount = scans[job.trial].tallies[job.window].eventCount
      return sum + Int64(min(plainByteCount / 4, 2 * eventCount) + metadataByteCount)
    }
  }

  /// Fills in what a report says of the data set.
  func describe(in report: inout ConversionReport) {
    report.recordingCount = scans.count
    report.frameCount = frameCount
    for scan in scans {
      report.recordingByteCount += scan.byteCount
      report.eventCount += scan.statistics.polarityEventCount
      report.emptyWindowCount += scan.tallies.count { $0.eventCount == 0 }
    }
    for split in DataSetSplit.allCases {
      report.sampleCounts[split] = 0
      report.classCounts[split] = Array(repeating: 0, count: Gesture.allCases.count)
    }
    for job in jobs {
      let label = Int(trialSample(of: job).window.gesture.label)
      report.sampleCounts[job.sample.split]? += 1
      report.classCounts[job.sample.split]?[label] += 1
      report.sampledEventCount += scans[job.trial].tallies[job.window].eventCount
    }
  }

  func trialSample(of job: Job) -> TrialSample { dataSet.trials[job.trial].samples[job.window] }

  /// Makes the frames, writes them, reads them back, and publishes the file.
  mutating func writeCache(
    to destination: FilePath
  ) throws(FrameCacheError) -> (elementType: ElementType, byteCount: Int) {
    // Most caches fit a byte. The first count that does not ends the attempt, and all is done in
    // two.
    for elementType in [ElementType.uint8, .uint16] {
      let attempt = CacheAttempt(self, elementType: elementType)
      let outcome = try attempt.run(destination)
      stageSeconds.add(outcome.stageSeconds)
      if let byteCount = outcome.byteCount { return (elementType, byteCount) }
    }
    preconditionFailure("every count fits two bytes, or FrameCounter would have thrown")
  }
}

extension RecordingStatistics {
  /// What is odd about the events of a recording.
  func warnings(_ path: FilePath, invalidEvents: InvalidEventPolicy) -> [DataSetWarning] {
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
