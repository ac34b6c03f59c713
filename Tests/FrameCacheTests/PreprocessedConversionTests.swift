import EventData
import EventFrames
import FileAccess
import GestureDataSet
import Support
import SystemPackage
import Testing

@testable import FrameCache
@testable import FrameConversion

@Suite("A conversion of preprocessed events", .timeLimit(.minutes(30)))
struct PreprocessedConversionTests {
  private static func all() -> PreprocessingRequest {
    var request = PreprocessingRequest()
    request.crop = .area(x: 3, y: 20, width: 101, height: 90)
    request.downsampling = .factor(3)
    request.orientation = FrameOrientation(flipsX: true, rotation: .quarter)
    request.timeFilters = TimeFilters(refractoryMicroseconds: 20, noiseMicroseconds: 40_000)
    return request
  }

  private static func hot() -> PreprocessingRequest {
    var request = all()
    request.hotPixelRate = 1
    return request
  }

  @Test("stores what was done, equals the recordings, and is up to date the second time")
  func whole() throws {
    let files = try ShardFiles()
    for request in [Self.all(), Self.hot()] {
      var options = files.options("single.h5") { $0.preprocessing = request }
      let report = try Conversion(options).run()
      let cache = try FrameCache(opening: report.destination)
      let stored = try #require(cache.settings.preprocessing)
      #expect(cache.settings.preprocessing == report.settings.preprocessing)
      #expect(stored.hotPixelRate == request.hotPixelRate)
      #expect(stored.droppedPixels.isEmpty == (request.hotPixelRate == nil))
      #expect(cache.frameShape == FrameShape(width: 30, height: 34))
      let dataSet = try GestureDataSetRequest(files.input).open { false }
      let defects = try CacheVerification(cache, threadCount: 2).defects(comparedWith: dataSet)
      #expect(defects.isEmpty)
      options.replacesExisting = false
      #expect(try Conversion(options).run().outcome == .upToDate)
      options.preprocessing.timeFilters = .none
      let error = #expect(throws: FrameCacheError.self) { try Conversion(options).run() }
      #expect(error?.code == .difference)
      #expect(error?.detail.contains("refractory period 20 µs") == true)
    }
  }

  @Test("drops the pixels over the rate, and names them")
  func hotPixels() throws {
    let files = try ShardFiles()
    let report = try Conversion(files.options("hot.h5") { $0.preprocessing = Self.hot() }).run()
    let dropped = Set(report.settings.preprocessing?.droppedPixels ?? [])
    let dataSet = try GestureDataSetRequest(files.input).open { false }
    let counts = Counts()
    try dataSet.forEachRecording(threadCount: 1) { _, recording throws(DataSetError) in
      var span = (Int64.max, Int64.min)
      try recording.forEachPiece { events throws(DataSetError) in
        events.forEach(in: 0..<events.count) { event in
          counts.pixels[Preprocessing.Pixel(x: event.x, y: event.y), default: 0] += 1
          span.0 = min(span.0, event.timestampMicroseconds)
          span.1 = max(span.1, event.timestampMicroseconds)
        }
      }
      counts.seconds += Double(span.1 - span.0) * 1e-6
    }
    let expected = counts.pixels.filter { Double($0.value) / counts.seconds > 1 }
    #expect(dropped == Set(expected.keys) && !dropped.isEmpty)
    let warning = report.warnings.first { "\($0)".contains("events/s and are left out") }
    #expect(warning.map { "\($0)" }?.contains("\(dropped.count) of 16384 pixels") == true)
  }

  private final class Counts: @unchecked Sendable {
    // Used by one thread.
    var pixels: [Preprocessing.Pixel: Int] = [:]
    var seconds = 0.0
  }

  @Test("of an archive gives the folder's frames, and shards its bytes")
  func otherWays() throws {
    let files = try ShardFiles()
    let result = try runCommand(
      "tar", ["-czf", "a.tar.gz", "DvsGesture"], in: files.directory.path)
    try #require(result.exitCode == 0)
    for request in [Self.all(), Self.hot()] {
      let folder = try FrameCache(
        opening: Conversion(files.options("f.h5") { $0.preprocessing = request }).run().destination)
      let archive = GestureDataSetRequest(files.directory.file("a.tar.gz"))
      let packed = try FrameCache(
        opening: Conversion(
          files.options("p.h5", .whole, archive) { $0.preprocessing = request }
        ).run().destination)
      #expect(folder.records == packed.records)
      #expect(folder.settings == packed.settings)
      for sample in folder.samples {
        #expect(try folder.storedChunk(of: sample) == packed.storedChunk(of: sample))
      }
      try files.merge(try files.shards(3) { $0.preprocessing = request })
      #expect(
        try readFile(files.directory.file("all.h5")) == readFile(folder.path),
        "the merged cache has other bytes")
    }
  }

  @Test("that does not fit the sensor is refused, and nothing is written")
  func misfit() throws {
    let files = try ShardFiles()
    var request = PreprocessingRequest()
    request.crop = .area(x: 100, y: 0, width: 50, height: 10)
    let error = #expect(throws: FrameCacheError.self) {
      try Conversion(files.options("c.h5") { $0.preprocessing = request }).run()
    }
    #expect(error?.detail.contains("50×10 from (100, 0) found") == true)
    #expect(try files.directory.names() == ["DvsGesture"])
  }
}
