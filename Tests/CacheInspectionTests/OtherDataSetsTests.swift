import EventData
import Figures
import FoundationEssentials
import FrameCache
import Support
import Testing

@testable import CacheInspection

@Suite("A cache of another data set")
struct OtherDataSetsTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func open(_ content: CustomCache) throws -> FrameCache {
    try content.write(to: directory.file("a.h5"))
    return try FrameCache(opening: directory.file("a.h5"))
  }

  @Test(
    "has the same statistics as plain loops compute, for any shape",
    arguments: [(34, 34, 2), (40, 24, 3), (9, 70, 3), (4, 4, 2), (1280, 720, 3)])
  func statistics(width: Int, height: Int, classCount: Int) throws {
    let content = CustomCache(width, height, classCount: classCount)
    let cache = try open(content)
    let pixelCount = width * height
    var sensor = [Int](repeating: 0, count: 2 * pixelCount)
    var occupied = 0
    for sample in cache.samples {
      for (cell, count) in content.counts(ofSample: sample.number).enumerated() where count > 0 {
        sensor[cell % (2 * pixelCount)] += Int(count)
        occupied += 1
      }
    }
    let statistics = try CacheStatistics(of: cache, threadCount: 2)
    #expect(statistics.sensorEvents == sensor)
    #expect(statistics.offCount == sensor.prefix(pixelCount).reduce(0, +))
    #expect(statistics.onCount == sensor.suffix(pixelCount).reduce(0, +))
    #expect(statistics.cellFrequencies.dropFirst().reduce(0, +) == occupied)
    #expect(
      statistics.cellFrequencies.reduce(0, +) == cache.samples.count * 2 * 2 * pixelCount)
    #expect(statistics.pixelEvents.count == pixelCount)
    #expect(statistics.hotPixels.isEmpty)
  }

  @Test("has its hot pixels found, even a single pixel without neighbours")
  func hotPixels() throws {
    var content = CustomCache(40, 24)
    content.hotPixel = .init(x: 37, y: 2)
    let found = try CacheStatistics(of: open(content), threadCount: 1).hotPixels
    #expect(found.map { [$0.x, $0.y, $0.eventCount] } == [[37, 2, 9 * 2 * 200]])
    var alone = CustomCache(1, 1)
    alone.hotPixel = .init(x: 0, y: 0)
    let only = try #require(CacheStatistics(of: open(alone), threadCount: 1).hotPixels.first)
    #expect(only.neighbourMedian == 0 && only.eventCount > 9 * 2 * 200)
  }

  @Test("is grouped by class and by each of its columns, with numbers in numeric order")
  func groups() throws {
    let cache = try open(CustomCache(8, 8, classCount: 1000))
    let statistics = try CacheStatistics(of: cache, threadCount: 2)
    func names(_ name: String) throws -> [String] {
      statistics.groups(by: try cache.grouping(named: name)).map(\.name)
    }
    // Six training and three test samples, of the first six classes.
    #expect(try names("class") == (0..<6).map { "\($0) thing \($0)" })
    #expect(try names("session") == ["-2", "-1", "0", "1", "2"])
    #expect(try names("place") == ["hall <1>", "street", "wood"])
    #expect(try names("serial").count == 9)
    let error = #expect(throws: FrameCacheError.self) { try names("subject") }
    #expect(
      error?.description
        == "\(cache.path): no attribute 'subject' to group samples by: class, session, place, serial expected"
    )
  }

  @Test("may have a column named `class`, or no columns")
  func oddColumns() throws {
    var content = CustomCache(4, 4)
    content.schema.columns = [AttributeColumn("class", .text)]
    let cache = try open(content)
    #expect(Grouping.all(of: cache.schema) == [.label, .column(0)])
    #expect(try cache.grouping(named: "class") == .label)
    #expect(try cache.grouping(named: "class (attribute)") == .column(0))
    content.schema.columns = []
    let bare = try open(content)
    #expect(bare.attributeText(of: bare.record(of: bare.samples[0])) == "")
    let picture = try SamplePicture(bare.samples[0], of: bare)
    #expect(picture.title[1].hasPrefix("train:0, \(picture.record.eventCount) events"))
  }

  @Test("describes a sample by each of its columns")
  func attributes() throws {
    let cache = try open(CustomCache(4, 4))
    let record = cache.record(of: SampleIndex(.test, 1))
    #expect(cache.attributeText(of: record) == "session -1, place street, serial test-1")
  }

  @Test(
    "is drawn in its own aspect ratio, at about the size of any other",
    arguments: [
      (34, 34, 7, 15), (40, 24, 6, 12), (24, 90, 2, 5), (4, 4, 16, 16), (128, 128, 2, 4),
      (346, 260, 1, 1), (1280, 720, 1, 1),
    ])
  func pictures(width: Int, height: Int, sheetZoom: Int, animationZoom: Int) throws {
    let content = CustomCache(width, height)
    let picture = try SamplePicture(SampleIndex(.train, 1), of: open(content))
    #expect(picture.sheetZoom == sheetZoom && picture.animationZoom == animationZoom)
    let counts = content.counts(ofSample: 1)
    #expect(picture.frames.flatMap(\.counts) == counts)
    let sheet = try picture.contactSheet(zoom: sheetZoom)
    let raster = sheet.raster()
    let origin = sheet.origin(ofFrame: 1)
    let table = picture.colours.levelColours
    for (x, y) in [(0, 0), (width - 1, 0), (width - 1, height - 1), (width / 2, height / 2)] {
      let off = EventColours.level(of: picture.frames[1].off(x: x, y: y), scale: picture.scale)
      let on = EventColours.level(of: picture.frames[1].on(x: x, y: y), scale: picture.scale)
      let found = raster[origin.x + x * sheetZoom, origin.y + y * sheetZoom]
      #expect(found == table[off * EventColours.levelCount + on], "(\(x), \(y))")
    }
    let animation = picture.animation(zoom: animationZoom)
    #expect(animation.width == width * animationZoom)
    #expect(animation.height > height * animationZoom)
  }

  @Test("gives no contact sheet larger than memory")
  func largeSheet() throws {
    let picture = try SamplePicture(SampleIndex(.train, 0), of: open(CustomCache(1280, 720)))
    let error = #expect(throws: FiguresError.self) { try picture.contactSheet(zoom: 16) }
    #expect(error?.code == .tooLarge)
  }

  /// The samples' description in a page.
  private struct Index: Decodable {
    struct Column: Decodable {
      let name: String
      let isNumber: Bool
      let texts: [String]
    }
    let classes: [String]
    let columns: [Column]
    let width: Int
    let height: Int
    let block: Int
    let example: String
  }

  private func page(_ cache: FrameCache, _ samples: [SampleIndex]? = nil) throws -> String {
    let plan = try GalleryPlan(of: cache, samples: samples, threadCount: 2)
    return String(
      decoding: try CacheGallery(plan, threadCount: 2).page(), as: UTF8.self)
  }

  private func data(_ identifier: String, in page: String) throws -> String {
    let start = try #require(page.firstRange(of: "id=\"\(identifier)\">")).upperBound
    let end = try #require(page[start...].firstRange(of: "</script>")).lowerBound
    return String(page[start..<end])
  }

  @Test("has a page with its classes and columns, texts escaped", arguments: [2, 3, 1000])
  func page(classCount: Int) throws {
    var content = CustomCache(40, 24, classCount: classCount)
    content.schema.classNames[1] = "</script><b>"
    let cache = try open(content)
    let page = try page(cache)
    #expect(!page.contains("</script><b>") && !page.contains("hall <1>"))
    let index = try JSONDecoder().decode(Index.self, from: Data(data("gallery", in: page).utf8))
    #expect(index.classes == content.schema.classNames)
    #expect(index.columns.map(\.name) == ["session", "place", "serial"])
    #expect(index.columns.map(\.isNumber) == [true, false, false])
    #expect(index.columns[0].texts == ["-2", "-1", "0", "1", "2"])
    #expect(index.columns[1].texts == ["hall <1>", "street", "wood"])
    #expect(index.columns[2].texts.count == 9)
    #expect(index.width == 40 && index.height == 24 && index.block == 1)
    #expect(index.example == "rec0_0")
    #expect(try data("s8", in: page).hasPrefix("{\"width\":40,\"height\":24,\"count\":2,"))
  }

  @Test(
    "has a page of reduced frames if they are large, with a notice; a page of one sample is not reduced"
  )
  func largePage() throws {
    let small = try GalleryPlan(of: open(CustomCache(256, 20)), threadCount: 1)
    #expect(small.notice == nil && small.choices.map(\.blockSide) == [1, 2, 4])
    let cache = try open(CustomCache(1280, 720))
    let plan = try GalleryPlan(of: cache, threadCount: 2)
    #expect(plan.choices.map(\.blockSide) == [5, 10, 20])
    #expect(
      plan.notice
        == "the page will be smaller than 1 MB: a pixel of it covers 5×5 of 1280×720")
    #expect(try data("s0", in: page(cache)).hasPrefix("{\"width\":256,\"height\":144,"))
    let one = try GalleryPlan(of: cache, samples: [SampleIndex(.test, 2)], threadCount: 1)
    #expect(
      one.notice == "the page will be smaller than 1 MB, with all counts of 1280×720 pixels")
    let alone = try page(cache, [SampleIndex(.test, 2)])
    #expect(try data("s0", in: alone).hasPrefix("{\"width\":1280,\"height\":720,"))
  }

  @Test("a page of over 100 MB reports its size, and one too large for browsers is rejected")
  func sizes() {
    let (small, levels) = (FrameShape(width: 34, height: 34), FrameReduction.threeLevels(scale: 4))
    #expect(GalleryPlan.notice(100_000_000, small, levels) == nil)
    #expect(
      GalleryPlan.notice(100_000_001, small, levels) == "the page will take about 100 MB")
    #expect(GalleryPlan.refusal(400_000_000, sampleCount: 9) == nil)
    #expect(
      GalleryPlan.refusal(412_345_678, sampleCount: 900_000)
        == "a page of 900000 samples would take about 412 MB, more than 400 MB, too large for browsers: "
        + "--sample shows one")
  }

  @Test("has a page of about the estimated size")
  func expectedSize() throws {
    var content = CustomCache(34, 34)
    content.sampleCounts = [.train: 60, .test: 20]
    let cache = try open(content)
    let plan = try GalleryPlan(of: cache, threadCount: 1)
    let page = try page(cache)
    let first = try #require(page.firstRange(of: "<script type=\"application/json\" id=\"s0\">"))
    let found = page[first.lowerBound...].utf8.count
    #expect(abs(Double(plan.expectedByteCount) / Double(found) - 1) < 0.05)
  }
}
