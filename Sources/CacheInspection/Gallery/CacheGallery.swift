internal import EventData
package import Figures
internal import FileAccess
package import FrameCache
internal import SystemPackage
package import Threads

/// A page that shows the samples of a cache: by class, with filters and histograms, each sample's
/// frames playable and steppable.
///
/// A page of many samples keeps levels instead of counts, and fewer pixels if even those would be
/// too large. The choice depends on the samples only: the same cache gives the same page, for any
/// number of threads.
package struct CacheGallery: Sendable {
  /// The cache.
  package let cache: FrameCache
  /// The samples that are shown.
  package let samples: [SampleIndex]
  /// How counts are reduced for the page.
  package let reduction: FrameReduction
  /// The event count shown at full brightness.
  package let scale: Int

  /// The page's element of each sample, as UTF-8.
  private let elements: [[UInt8]]

  /// Decodes and packs samples.
  ///
  /// - Parameters:
  ///   - plan: The samples and how their counts are reduced.
  ///   - threadCount: Number of threads that decode and pack.
  ///   - observer: Receives the progress, and decides whether to stop.
  /// - Throws: ``FrameCache/FrameCacheError`` of a damaged sample, or with code `cancelled`.
  package init(
    _ plan: GalleryPlan, threadCount: Int, observer: WorkObserver = WorkObserver()
  ) throws(FrameCacheError) {
    let walk = SampleWalk(
      plan.cache, samples: plan.samples, threadCount: threadCount, observer: observer)
    var choices = plan.choices
    var elements = try Self.elements(of: walk, choices[0])
    while choices.count > 1,
      elements.reduce(0, { $0 + $1.count }) > GalleryPlan.maximumByteCount
    {
      choices.removeFirst()
      elements = try Self.elements(of: walk, choices[0])
    }
    cache = plan.cache
    samples = plan.samples
    scale = plan.scale
    self.elements = elements
    reduction = choices[0]
  }

  private static func elements(
    of walk: SampleWalk, _ reduction: FrameReduction
  ) throws(FrameCacheError) -> [[UInt8]] {
    let (cache, samples) = (walk.cache, walk.samples)
    let parts = try walk.states([(number: Int, bytes: [UInt8])].init) { parts, number, counts in
      let data = SampleData(
        cache.record(of: samples[number]), counts, cache.frameShape, reduction)
      parts.append((number, data.bytes(number: number)))
    }
    return parts.joined().sorted { $0.number < $1.number }.map(\.bytes)
  }

  /// The page as HTML.
  ///
  /// - Parameter command: A command that shows a single sample when ` --sample` and its name are
  ///   appended; `nil` to omit this hint.
  package func page(command: String? = nil) -> [UInt8] {
    var page = HTMLPage(
      title: title, introduction: introduction, styles: [text(PackageResources.gallery_css)],
      scripts: [text(PackageResources.gallery_js)])
    page.append(
      FramePalette(identifier: SampleData.palette, reduction: reduction, scale: scale).markup)
    page.appendData(json: index(command: command), identifier: "gallery")
    page.append(
      """
      <main id="main"></main>
      <noscript>This page needs JavaScript. Its script is in the page: nothing is loaded.</noscript>
      <script>dvs.startGallery(document.getElementById("main"));</script>

      """)
    for element in elements { page.append(markupBytes: element) }
    return page.bytes()
  }

  private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  private var title: String {
    let name = cache.path.lastComponent?.string ?? cache.path.string
    return samples.count == 1
      ? "\(cache.name(of: samples[0])) of \(name)" : "\(name): \(samples.count) samples"
  }

  private var introduction: Markup {
    let rule =
      switch cache.settings.split {
      case .number(let count): "\(count) frames a sample, with equal numbers of events"
      case .time(let count): "\(count) frames a sample, with equal durations"
      case .duration(let microseconds):
        "frames of \(microseconds) µs, up to \(cache.frameCount) a sample"
      }
    return """
      <p>\(rule). \(reductionText)</p>
      <div class="legend"><span><i class="is-off"></i>OFF: darker</span>\
      <span><i class="is-on"></i>ON: brighter</span></div>
      """
  }

  private var reductionText: String {
    guard !reduction.thresholds.isEmpty else {
      return "All counts are kept; full brightness from \(scale) events of a polarity on."
    }
    let levels = levelTexts.joined(separator: ", ")
    let pixels =
      reduction.blockSide == 1
      ? ""
      : " A pixel shows the maximum count of \(reduction.blockSide) × \(reduction.blockSide) pixels "
        + "of the sensor."
    return "Events of a pixel are shown in levels: \(levels).\(pixels)"
  }

  /// The range of counts of each level.
  private var levelTexts: [String] {
    guard !reduction.thresholds.isEmpty else { return [] }
    let ends = reduction.thresholds.dropFirst().map { Int($0) - 1 }
    return ["0"]
      + zip(reduction.thresholds, ends).map { low, high in low == high ? "\(low)" : "\(low)–\(high)"
      }
      + ["\(reduction.thresholds.last ?? 1) or more"]
  }

  /// The metadata of the samples that the script reads before their frames: see `gallery.js`.
  private func index(command: String?) -> String {
    let schema = cache.schema
    // The distinct texts of each column, in order of first appearance; rows contain indices into
    // them.
    var texts = schema.columns.map { _ in [String]() }
    var indices = schema.columns.map { _ in [AttributeValue: Int]() }
    let rows = samples.map { sample -> String in
      let record = cache.record(of: sample)
      var numbers = [
        record.windowMicroseconds.lowerBound, record.windowMicroseconds.upperBound,
        Int64(record.eventCount), Int64(record.frameCount),
      ]
      for (column, value) in record.attributes.enumerated() {
        let index = indices[column][value] ?? texts[column].count
        if index == texts[column].count {
          texts[column].append(value.description)
          indices[column][value] = index
        }
        numbers.append(Int64(index))
      }
      return "[\(sample.split == .train ? 0 : 1),\(record.label),\(jsonText(record.name)),"
        + "\(numbers.map(String.init).joined(separator: ","))]"
    }
    func list(_ texts: [String]) -> String { texts.map(jsonText).joined(separator: ",") }
    let columns = zip(schema.columns, texts).map { column, texts in
      "{\"name\":\(jsonText(column.name)),\"isNumber\":\(column.kind == .integer),"
        + "\"texts\":[\(list(texts))]}"
    }
    let shape = cache.frameShape
    let example = cache.isGestureDataSet ? "user01_led" : samples.first.map(cache.record)?.name
    return
      "{\"classes\":[\(list(schema.classNames.indices.map(cache.classTitle)))],"
      + "\"columns\":[\(columns.joined(separator: ","))],"
      + "\"width\":\(shape.width),\"height\":\(shape.height),\"example\":\(jsonText(example ?? "")),"
      + "\"isReduced\":\(!reduction.thresholds.isEmpty),\"levelTexts\":[\(list(levelTexts))],"
      + "\"block\":\(reduction.blockSide),\"command\":\(command.map(jsonText) ?? "null"),"
      + "\"rows\":[\(rows.joined(separator: ",\n"))]}"
  }
}
