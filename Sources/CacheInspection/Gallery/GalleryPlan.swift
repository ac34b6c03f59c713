internal import EventData
internal import Figures
package import FrameCache
internal import Threads

/// What of the counts a page of samples keeps, and about how large it will be: judged by some of
/// the samples, before all are packed.
///
/// What it says follows from the samples alone, for any number of threads.
package struct GalleryPlan: Sendable {
  /// The cache.
  package let cache: FrameCache
  /// The samples that are shown.
  package let samples: [SampleIndex]
  /// The count of full brightness.
  package let scale: Int
  /// What may be kept, the most first; the first is expected to have room.
  let choices: [FrameReduction]
  /// The bytes that the samples are expected to take with the first choice.
  package let expectedByteCount: Int

  /// The samples of a page take at most so many bytes, unless even the smallest pictures take more.
  package static let maximumByteCount = 38_000_000
  /// Pages of more bytes are none that a browser opens.
  static let refusedByteCount = 400_000_000
  /// Among many samples no side of a frame has more pixels of the page.
  static let longestSide = 256

  /// Judges samples.
  ///
  /// - Parameters:
  ///   - cache: The cache.
  ///   - samples: What is to be shown; `nil` for all. One sample alone keeps all counts.
  ///   - threadCount: How many threads decode and pack.
  ///   - isCancelled: Says whether to stop.
  /// - Throws: ``FrameCache/FrameCacheError`` of a damaged sample, with code `cancelled`, or with
  ///   code `content` where the page would be too large.
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
      let least = (longer + Self.longestSide - 1) / Self.longestSide
      choices = [1, 2, 4].map {
        FrameReduction.threeLevels(scale: scale, blockSide: least * $0)
      }
    }
    var expected = try Self.byteCounts(of: typical, choices).map { byteCount in
      Int(Double(byteCount) / Double(max(1, typical.samples.count)) * Double(samples.count))
    }
    // To find out by packing all takes longer; where it is close, that decides.
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

  /// Some samples from everywhere among others.
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

  /// The bytes that samples take together, with each choice.
  private static func byteCounts(
    of walk: SampleWalk, _ choices: [FrameReduction]
  ) throws(FrameCacheError) -> [Int] {
    let (cache, samples) = (walk.cache, walk.samples)
    let makeSums: @Sendable () -> [Int] = { choices.map { _ in 0 } }
    let parts = try walk.states(makeSums) { sums, number, counts in
      let record = cache.record(of: samples[number])
      for (place, choice) in choices.enumerated() {
        sums[place] +=
          SampleData(record, counts, cache.frameShape, choice).bytes(number: 0).count
      }
    }
    return choices.indices.map { place in parts.reduce(0) { $0 + $1[place] } }
  }
}

extension GalleryPlan {
  /// What is to be said before the work where the page is large, or shows fewer pixels than frames
  /// of over 256 pixels a side have; `nil` where there is nothing to say.
  package var notice: String? { Self.notice(expectedByteCount, cache.frameShape, choices[0]) }

  static func notice(
    _ byteCount: Int, _ shape: FrameShape, _ reduction: FrameReduction
  ) -> String? {
    guard max(shape.width, shape.height) > longestSide || byteCount > 100_000_000 else {
      return nil
    }
    let size =
      byteCount < 1_000_000
      ? "the page will have less than 1 MB"
      : "the page will have about \(byteCount / 1_000_000) MB"
    let block = reduction.blockSide
    if block > 1 { return "\(size): one pixel of it stands for \(block)×\(block) of \(shape)" }
    return reduction.thresholds.isEmpty ? "\(size), with all counts of \(shape) pixels" : size
  }

  /// Why there is no page; `nil` where there is room.
  static func refusal(_ byteCount: Int, sampleCount: Int) -> String? {
    guard byteCount > refusedByteCount else { return nil }
    return
      "a page of \(sampleCount) samples would take about \(byteCount / 1_000_000) MB, more than "
      + "\(refusedByteCount / 1_000_000) MB, which no browser opens: --sample shows one"
  }
}
