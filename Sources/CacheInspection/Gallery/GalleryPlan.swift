internal import EventData
internal import Figures
package import FrameCache
internal import Threads

/// How a page of samples reduces counts, and its approximate size, estimated from some of the
/// samples before all are packed.
///
/// The plan depends on the samples only, not on the number of threads.
package struct GalleryPlan: Sendable {
  /// The cache.
  package let cache: FrameCache
  /// The samples that are shown.
  package let samples: [SampleIndex]
  /// The event count shown at full brightness.
  package let scale: Int
  /// The possible reductions, the most detailed first; the first is expected to fit.
  let choices: [FrameReduction]
  /// The estimated size of the samples with the first choice, in bytes.
  package let expectedByteCount: Int

  /// Maximum size of a page's samples in bytes, unless even the smallest pictures take more.
  package static let maximumByteCount = 38_000_000
  /// Larger pages, in bytes, are rejected: browsers cannot open them.
  static let rejectedByteCount = 400_000_000
  /// Maximum width and height of a frame on a page of several samples, in pixels of the page.
  static let longestSide = 256

  /// Estimates the page's size from some of the samples.
  ///
  /// - Parameters:
  ///   - cache: The cache.
  ///   - samples: The samples to show; `nil` for all. One sample alone keeps all counts.
  ///   - threadCount: Number of threads that decode and pack.
  ///   - isCancelled: Whether to stop.
  /// - Throws: ``FrameCache/FrameCacheError`` of a damaged sample, with code `cancelled`, or with
  ///   code `content` if the page would be too large.
  package init(
    of cache: FrameCache, samples: [SampleIndex]? = nil, threadCount: Int,
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws(FrameCacheError) {
    let samples = samples ?? cache.samples
    let typical = SampleWalk(
      cache, samples: Self.typicalSamples(of: samples), threadCount: threadCount,
      observer: WorkObserver(isCancelled: isCancelled))
    let scale = try Self.scale(of: typical)
    var choices = [FrameReduction.none]
    if samples.count != 1 {
      let longer = max(cache.frameShape.width, cache.frameShape.height)
      let minimumBlockSide = (longer + Self.longestSide - 1) / Self.longestSide
      choices = [1, 2, 4].map {
        FrameReduction.threeLevels(scale: scale, blockSide: minimumBlockSide * $0)
      }
    }
    var expected = try Self.byteCounts(of: typical, choices).map { byteCount in
      Int(Double(byteCount) / Double(max(1, typical.samples.count)) * Double(samples.count))
    }
    // An estimate is faster than packing everything; in close cases the packed size decides later.
    while choices.count > 1, Double(expected[0]) > 1.1 * Double(Self.maximumByteCount) {
      choices.removeFirst()
      expected.removeFirst()
    }
    if let refusal = Self.refusal(expected[0], sampleCount: samples.count) {
      throw FrameCacheError(.content, cache.path, "", refusal)
    }
    self.cache = cache
    self.samples = samples
    self.scale = scale
    self.choices = choices
    expectedByteCount = expected[0]
  }

  /// Up to 24 samples, evenly spaced.
  private static func typicalSamples(of samples: [SampleIndex]) -> [SampleIndex] {
    let count = min(24, samples.count)
    return (0..<count).map { samples[$0 * samples.count / count] }
  }

  private static func scale(of walk: SampleWalk) throws(FrameCacheError) -> Int {
    let histograms = try walk.states(CountHistogram.init) { histogram, _, counts in
      histogram.add(counts)
    }
    var whole = CountHistogram()
    for histogram in histograms { whole.add(histogram) }
    return whole.scale
  }

  /// The total size of the samples with each choice, in bytes.
  private static func byteCounts(
    of walk: SampleWalk, _ choices: [FrameReduction]
  ) throws(FrameCacheError) -> [Int] {
    let (cache, samples) = (walk.cache, walk.samples)
    let makeSums: @Sendable () -> [Int] = { choices.map { _ in 0 } }
    let parts = try walk.states(makeSums) { sums, number, counts in
      let record = cache.record(of: samples[number])
      for (index, choice) in choices.enumerated() {
        sums[index] +=
          SampleData(record, counts, cache.frameShape, choice).bytes(number: 0).count
      }
    }
    return choices.indices.map { index in parts.reduce(0) { $0 + $1[index] } }
  }
}

extension GalleryPlan {
  /// A note before the work if the page is large or shows reduced frames (over 256 pixels a side);
  /// `nil` otherwise.
  package var notice: String? { Self.notice(expectedByteCount, cache.frameShape, choices[0]) }

  static func notice(
    _ byteCount: Int, _ shape: FrameShape, _ reduction: FrameReduction
  ) -> String? {
    guard max(shape.width, shape.height) > longestSide || byteCount > 100_000_000 else {
      return nil
    }
    let size =
      byteCount < 1_000_000
      ? "the page will be smaller than 1 MB"
      : "the page will take about \(byteCount / 1_000_000) MB"
    let block = reduction.blockSide
    if block > 1 { return "\(size): a pixel of it covers \(block)×\(block) of \(shape)" }
    return reduction.thresholds.isEmpty ? "\(size), with all counts of \(shape) pixels" : size
  }

  /// Why the page is rejected; `nil` if it fits.
  static func refusal(_ byteCount: Int, sampleCount: Int) -> String? {
    guard byteCount > rejectedByteCount else { return nil }
    return
      "a page of \(sampleCount) samples would take about \(byteCount / 1_000_000) MB, more than "
      + "\(rejectedByteCount / 1_000_000) MB, too large for browsers: --sample shows one"
  }
}
