internal import EventData
internal import EventFrames
internal import FrameCache

extension ConversionReport {
  /// Fills in the plan's counts and the time that scanning took.
  mutating func describe(_ plan: ConversionPlan) {
    recordingCount = plan.scans.count
    stageSeconds.unpack = plan.dataSet.unpackSeconds
    frameCount = plan.frameCount
    sampleCellCount = plan.frameCount * plan.frameShape.cellCount
    for scan in plan.scans {
      recordingByteCount += scan.byteCount
      eventCount += scan.statistics.polarityEventCount
      emptyWindowCount += scan.tallies.count { $0.eventCount == 0 }
      stageSeconds.read += Double(scan.readNanoseconds) * 1e-9
      stageSeconds.hash += Double(scan.hashNanoseconds) * 1e-9
      stageSeconds.parse += scan.parseSeconds
    }
    for split in DataSetSplit.allCases {
      sampleCounts[split] = 0
      classCounts[split] = Array(repeating: 0, count: plan.dataSet.schema.classNames.count)
    }
    recordings = RecordingReport.all(in: plan)
    for job in plan.jobs {
      let label = plan.sample(of: job).label
      sampleCounts[job.sample.split]? += 1
      classCounts[job.sample.split]?[label] += 1
      sampledEventCount += plan.tally(of: job).eventCount
    }
  }
}
