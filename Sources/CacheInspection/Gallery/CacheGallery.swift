internal import EventData
package import Figures
package import FrameCache
internal import SystemPackage
package import Threads

/// A page that shows the samples of a cache: by class, with filters and histograms, each sample's
/// frames to be played and gone through.
///
/// A page of many samples keeps levels instead of counts, and where even those would take too much
/// room, fewer pixels. What it keeps follows from the samples alone: the same cache gives the same
/// page, for any number of threads.
package struct CacheGallery: Sendable {
  /// The cache.
  package let cache: FrameCache
  /// The samples that are shown.
  package let samples: [SampleIndex]
  /// What of the counts is kept.
  package let reduction: FrameReduction
  /// The count of full brightness.
  package let scale: Int

  /// The elements of the samples.
  private let elements: [[UInt8]]

  /// The samples of a page take at most so many bytes, unless even the smallest pictures take more.
  package static let maximumByteCount = 38_000_000

  /// Decodes and packs samples.
  ///
  /// - Parameters:
  ///   - cache: The cache.
  ///   - samples: What is shown; `nil` for all. One sample alone keeps all counts.
  ///   - threadCount: How many threads decode and pack.
  ///   - observer: Is told of each sample, and asked whether to stop.
  /// - Throws: ``FrameCache/FrameCacheError`` of a damaged sample, or with code `cancelled`.
  package init(
    of cache: FrameCache, samples: [SampleIndex]? = nil, threadCount: Int,
    observer: WorkObserver = WorkObserver()
  ) throws(FrameCacheError) {
    let samples = samples ?? cache.samples
    let looks = try Self.typicalSamples(of: samples).map { sample throws(FrameCacheError) in
      var decoder = FrameDecoder(cache)
      var counts: [UInt16] = []
      try decoder.decode(sample, into: &counts)
      return Look(record: cache.record(of: sample), counts: counts)
    }
    let scale = EventColours.scale(suiting: looks.flatMap { look in look.counts.filter { $0 > 0 } })
    let walk = SampleWalk(cache, samples: samples, threadCount: threadCount, observer: observer)
    var choices = [FrameReduction.none]
    if samples.count != 1 {
      choices = [1, 2, 4].map { FrameReduction.threeLevels(scale: scale, blockSide: $0) }
      while choices.count > 1, Self.isTooLarge(choices[0], for: looks, of: samples.count) {
        choices.removeFirst()
      }
    }
    var elements = try Self.elements(of: walk, choices[0])
    while choices.count > 1,
      elements.reduce(0, { $0 + $1.count }) > Self.maximumByteCount
    {
      choices.removeFirst()
      elements = try Self.elements(of: walk, choices[0])
    }
    self.cache = cache
    self.samples = samples
    self.scale = scale
    self.elements = elements
    reduction = choices[0]
  }

  /// A sample that others are judged by.
  private struct Look {
    let record: SampleRecord
    let counts: [UInt16]
  }

  /// Whether typical samples say that all together take clearly too much room: to find out by
  /// packing all takes longer.
  private static func isTooLarge(
    _ reduction: FrameReduction, for looks: [Look], of sampleCount: Int
  ) -> Bool {
    let byteCount = looks.reduce(0) { sum, look in
      sum + SampleData(look.record, look.counts, reduction).bytes(number: 0).count
    }
    let expected = Double(byteCount) / Double(max(1, looks.count)) * Double(sampleCount)
    return expected > 1.1 * Double(maximumByteCount)
  }

  /// Some samples from everywhere among others.
  private static func typicalSamples(of samples: [SampleIndex]) -> [SampleIndex] {
    let count = min(24, samples.count)
    return (0..<count).map { samples[$0 * samples.count / count] }
  }

  private static func elements(
    of walk: SampleWalk, _ reduction: FrameReduction
  ) throws(FrameCacheError) -> [[UInt8]] {
    let (cache, samples) = (walk.cache, walk.samples)
    let parts = try walk.states([(number: Int, bytes: [UInt8])].init) { parts, number, counts in
      let data = SampleData(cache.record(of: samples[number]), counts, reduction)
      parts.append((number, data.bytes(number: number)))
    }
    return parts.joined().sorted { $0.number < $1.number }.map(\.bytes)
  }

  /// Makes the page.
  ///
  /// - Parameter command: What shows a sample by itself when ` --sample` and its name are added;
  ///   `nil` not to say so.
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
      <noscript>This page needs JavaScript, which stands in it: nothing is loaded.</noscript>
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
      case .number(let count): "\(count) frames a sample, each of equally many events"
      case .time(let count): "\(count) frames a sample, each of equally much time"
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
      : " A pixel stands for \(reduction.blockSide) × \(reduction.blockSide) of the sensor's and shows "
        + "the highest of their counts."
    return "Events of a pixel are shown in levels: \(levels).\(pixels)"
  }

  /// What each level stands for.
  private var levelTexts: [String] {
    guard !reduction.thresholds.isEmpty else { return [] }
    let ends = reduction.thresholds.dropFirst().map { Int($0) - 1 }
    return ["0"]
      + zip(reduction.thresholds, ends).map { low, high in low == high ? "\(low)" : "\(low)–\(high)"
      }
      + ["\(reduction.thresholds.last ?? 1) or more"]
  }

  /// What the script knows of the samples before their frames: see `gallery.js`.
  private func index(command: String?) -> String {
    var lightings: [String] = []
    let rows = samples.map { sample -> String in
      let record = cache.record(of: sample)
      let lighting = lightings.firstIndex(of: record.lighting) ?? lightings.count
      if lighting == lightings.count { lightings.append(record.lighting) }
      let numbers = [
        Int64(lighting), record.windowMicroseconds.lowerBound,
        record.windowMicroseconds.upperBound, Int64(record.eventCount), Int64(record.frameCount),
      ]
      return "[\(sample.split == .train ? 0 : 1),\(record.label),\(jsonText(record.name)),"
        + "\(record.subject),\(numbers.map(String.init).joined(separator: ","))]"
    }
    func list(_ texts: [String]) -> String { texts.map(jsonText).joined(separator: ",") }
    return
      "{\"classes\":[\(list(cache.schema.classNames))],\"lightings\":[\(list(lightings))],"
      + "\"isReduced\":\(!reduction.thresholds.isEmpty),\"levelTexts\":[\(list(levelTexts))],"
      + "\"block\":\(reduction.blockSide),\"command\":\(command.map(jsonText) ?? "null"),"
      + "\"rows\":[\(rows.joined(separator: ",\n"))]}"
  }
}
