import EventData
import FileAccess
import Support
import SystemPackage
import Testing

@testable import FrameCache
@testable import FrameConversion
@testable import GestureDataSet

@Suite("A conversion into a shard", .timeLimit(.minutes(30)))
struct ShardConversionTests {
  private let files: ShardFiles

  init() throws { files = try ShardFiles() }

  private func convert(
    _ number: Int = 0, of count: Int = 2, _ change: ShardFiles.Change = { _ in }
  ) throws -> ConversionReport {
    let options = files.options("p.h5", Shard(number: number, of: count)) {
      $0.replacesExisting = false
      change(&$0)
    }
    return try Conversion(options).run()
  }

  @Test("lists all recordings, and contains those that are dealt to it")
  func list() throws {
    let report = try convert(1)
    let cache = try FrameCache(opening: files.directory.file("p.h5"))
    let list = try #require(cache.shardList)
    #expect(cache.isShard && cache.settings.shard == Shard(number: 1, of: 2))
    #expect(
      list.recordings.map(\.fileName) == [
        "user02_led.aedat", "user01_fluorescent_led.aedat", "user01_fluorescent.aedat",
        "user24_lab.aedat",
      ])
    let deal = ShardDeal(list.recordings.map(\.byteCount), shardCount: 2)
    #expect(list.parts.map(\.recording) == deal.recordings(of: Shard(number: 1, of: 2)))
    #expect(
      report.recordings.map(\.fileName) == list.parts.map { list.recordings[$0.recording].fileName }
    )
    #expect(report.recordings.map(\.sampleCount) == list.parts.map { _ in 5 })
    #expect(list.parts.map(\.emptyWindowCount) == list.parts.map { _ in 1 })
    #expect(report.recordingCount == list.parts.count)
    #expect(cache.samples.count == 5 * list.parts.count)
    // Of the others neither content nor state is a source.
    #expect(cache.sources.count == 2 + 4 + list.parts.count)
    #expect(report.warnings.map(\.description) == list.warnings.map(\.text))
  }

  @Test("is empty if no recording is left for it")
  func empty() throws {
    let report = try convert(5, of: 6) { $0.split = .duration(microseconds: 1000) }
    #expect(report.sampleCounts == [.train: 0, .test: 0] && report.frameCount == 1)
    #expect(try FrameCache(opening: files.directory.file("p.h5")).shardList?.parts == [])
  }

  @Test("is up to date until any recording of the data set changes, or the shard is another")
  func upToDate() throws {
    func difference(_ number: Int = 0, of count: Int = 2) -> String? {
      let error = #expect(throws: FrameCacheError.self) { try convert(number, of: count) }
      #expect(error?.code == .difference)
      return error?.detail
    }
    let written = try convert()
    #expect(written.outcome == .written)
    let again = try convert()
    #expect(again.outcome == .upToDate && again.recordings == written.recordings)
    #expect(again.recordingCount == written.recordingCount && again.recordingCount > 0)
    #expect(again.recordingByteCount == written.recordingByteCount)
    #expect(again.eventCount == written.eventCount && again.eventCount > 0)
    #expect(again.sampledEventCount == written.sampledEventCount && again.sampledEventCount > 0)
    #expect(again.emptyWindowCount == written.emptyWindowCount)
    #expect(difference(1)?.contains("shard 1 of 2 instead of 2 of 2") == true)
    #expect(difference(0, of: 3)?.contains("shard 1 of 2 instead of 1 of 3") == true)
    let list = try #require(try FrameCache(opening: files.directory.file("p.h5")).shardList)
    let others = list.recordings.indices.filter { !list.parts.map(\.recording).contains($0) }
    let other = list.recordings[try #require(others.first)].fileName
    try touch(files.input.appending(other))
    #expect(
      difference()
        == "the cache was made of \(other) changed at another time (cp -p and rsync -t keep the "
        + "times of files); --force replaces it, -o makes another")
    #expect(try convert { $0.replacesExisting = true }.outcome == .written)
    #expect(try convert().outcome == .upToDate)
    removeFile(files.input.appending(other))
    let missing: ShardFiles.Change = {
      $0.dataSet = GestureDataSetRequest(self.files.input, allowsMissing: true)
    }
    let error = #expect(throws: FrameCacheError.self) { try convert(change: missing) }
    #expect(error?.code == .difference)
  }

  private func convert(change: ShardFiles.Change) throws -> ConversionReport {
    try convert(0, of: 2, change)
  }

  @Test("of an archive is up to date without reading it")
  func archiveUpToDate() throws {
    let result = try runCommand(
      "tar", ["-czf", "a.tar.gz", "DvsGesture"], in: files.directory.path)
    try #require(result.exitCode == 0, "\(result.standardError)")
    let archive: ShardFiles.Change = {
      $0.dataSet = GestureDataSetRequest(self.files.directory.file("a.tar.gz"))
    }
    let written = try convert(1, of: 2, archive)
    let again = try convert(1, of: 2, archive)
    #expect(again.outcome == .upToDate && again.recordings == written.recordings)
    #expect(written.stageSeconds.unpack > 0 && again.stageSeconds.unpack == 0)
  }
}
