internal import EventData
internal import EventFrames
internal import FileAccess
internal import FrameCache
internal import SystemPackage

/// All recordings of a data set, and those that a shard gets of them.
struct ShardPlan {
  /// The list of all recordings, without what only reading them tells.
  let list: ShardList
  /// The recordings of the shard.
  let dataSet: PartialDataSet

  /// Deals the recordings out.
  init(_ dataSet: any EventDataSet, _ options: ConversionOptions) throws(FrameCacheError) {
    let identities: [FileIdentity]
    do throws(DataSetError) { identities = try dataSet.recordingIdentities() } catch {
      throw FrameCacheError(error)
    }
    let byteCounts = identities.map { UInt64(clamping: $0.byteCount) }
    let deal = ShardDeal(byteCounts, shardCount: options.shard.count)
    list = ShardList(
      input: dataSet.path.string, isArchive: dataSet.isArchive,
      isSensorNamed: dataSet.isSensorNamed,
      recordings: zip(dataSet.recordings, identities).map { recording, identity in
        ShardList.Recording(
          fileName: recording.fileName, name: recording.name, split: recording.split,
          byteCount: UInt64(clamping: identity.byteCount),
          modificationNanoseconds: identity.modificationNanoseconds,
          samplesHash: Self.hash(of: recording.samples))
      }, readingOrder: dataSet.readingOrder)
    self.dataSet = PartialDataSet(dataSet, deal.recordings(of: options.shard))
  }

  /// The list with what the shard's recordings contain.
  ///
  /// - Throws: ``FrameCacheError`` when a recording has changed since they were dealt out.
  func list(of plan: ConversionPlan) throws(FrameCacheError) -> ShardList {
    var list = list
    var sampleCounts = [Int](repeating: 0, count: plan.scans.count)
    for job in plan.jobs { sampleCounts[job.recording] += 1 }
    list.warnings = dataSet.warnings.map {
      ShardList.Warning(recording: nil, text: $0.description)
    }
    for (index, scan) in plan.scans.enumerated() {
      let number = dataSet.numbers[index]
      let recording = list.recordings[number]
      let time = scan.identity?.modificationNanoseconds ?? recording.modificationNanoseconds
      guard UInt64(scan.byteCount) == recording.byteCount,
        time == recording.modificationNanoseconds
      else {
        throw FrameCacheError(
          .source, dataSet.recordings[index].path, "",
          "the file has changed while the cache was made")
      }
      list.parts.append(
        ShardList.Part(
          recording: number, sampleCount: sampleCounts[index],
          emptyWindowCount: scan.tallies.count { $0.eventCount == 0 },
          eventCount: scan.statistics.polarityEventCount,
          outsideCount: scan.statistics.outsideCount))
      list.warnings += plan.warnings(ofRecording: index).map {
        ShardList.Warning(recording: number, text: $0.description)
      }
    }
    return list
  }

  /// The hash of what a data set states about the samples of a recording.
  private static func hash(of samples: [RecordingSample]) -> UInt64 {
    var bytes: [UInt8] = []
    for sample in samples {
      let window = sample.window.map { "\($0.lowerBound) \($0.upperBound)" } ?? "whole"
      // A zero occurs in no name of a file.
      bytes += Array("\(sample.label)\u{0}\(sample.name)\u{0}\(window)\u{0}".utf8)
    }
    return ContentHash.of(bytes)
  }
}
