import CacheInspection
internal import EventData
import FrameCache
import SystemPackage
import ToolSupport

extension CacheReport {
  /// Writes all statistics as one line of JSON.
  func printJSON() throws {
    let cache = statistics.cache
    var groups: [String: [JSON.Group]] = [:]
    for grouping in groupings {
      groups[grouping.name(in: cache.schema)] = statistics.groups(by: grouping).map { group in
        JSON.Group(
          name: group.label.map { "\($0) \(cache.schema.className($0))" } ?? group.name,
          label: group.label, classNumber: group.label.flatMap(cache.classNames.classNumber),
          trainSamples: group.sampleCounts[.train] ?? 0,
          testSamples: group.sampleCounts[.test] ?? 0, medianEvents: group.medianEventCount,
          medianWindowSeconds: group.medianWindowSeconds)
      }
    }
    try ToolSupport.printJSON(
      JSON(
        cache: cache.path.string, bytes: cache.byteCount, frames: cache.frameCount,
        splitBy: cache.settings.split.name, trainSamples: cache.sampleCount(in: .train),
        testSamples: cache.sampleCount(in: .test), groups: groups,
        measures: statistics.measures.map(JSON.Spread.init),
        events: statistics.eventCount, onEvents: statistics.onCount,
        offEvents: statistics.offCount,
        framesWithEvents: statistics.frameCount - statistics.emptyFrameCount,
        emptyFrames: statistics.emptyFrameCount, paddingFrames: statistics.paddingFrameCount,
        zeroShare: statistics.zeroFraction, cellFrequencies: statistics.cellFrequencies,
        emptySamples: statistics.emptySamples.map(cache.name),
        silentPixels: statistics.silentPixelCount,
        hotPixels: statistics.hotPixels.map { pixel in
          JSON.Pixel(
            x: pixel.x, y: pixel.y, events: pixel.eventCount,
            neighbourMedian: pixel.neighbourMedian)
        }, equalSamples: statistics.duplicates.map { $0.map(cache.name) },
        outliers: statistics.outliers.map { outlier in
          JSON.Difference(
            sample: cache.name(of: outlier.sample), property: outlier.property.rawValue,
            value: outlier.value, classMedian: outlier.classMedian, distance: outlier.distance)
        }))
  }

  private struct JSON: Encodable {
    struct Group: Encodable {
      /// The value; a class's label and name.
      let name: String
      let label: Int?
      let classNumber: Int?
      let trainSamples: Int
      let testSamples: Int
      let medianEvents: Double
      let medianWindowSeconds: Double
    }

    struct Spread: Encodable {
      let name: String
      let least: Double?
      let percentile1: Double?
      let percentile25: Double?
      let median: Double?
      let percentile75: Double?
      let percentile99: Double?
      let most: Double?
      let mean: Double?

      init(_ measure: Measure) {
        let spread = measure.distribution
        name = measure.name
        least = spread?.minimum
        percentile1 = spread?.percentile1
        percentile25 = spread?.lowerQuartile
        median = spread?.median
        percentile75 = spread?.upperQuartile
        percentile99 = spread?.percentile99
        most = spread?.maximum
        mean = spread?.mean
      }
    }

    struct Pixel: Encodable {
      let x: Int
      let y: Int
      let events: Int
      let neighbourMedian: Int
    }

    struct Difference: Encodable {
      let sample: String
      let property: String
      let value: Double
      let classMedian: Double
      let distance: Double
    }

    let kind = "inspection"
    let cache: String
    let bytes: Int
    let frames: Int
    let splitBy: String
    let trainSamples: Int
    let testSamples: Int
    let groups: [String: [Group]]
    let measures: [Spread]
    let events: Int
    let onEvents: Int
    let offEvents: Int
    let framesWithEvents: Int
    let emptyFrames: Int
    let paddingFrames: Int
    let zeroShare: Double?
    let cellFrequencies: [Int]
    let emptySamples: [String]
    let silentPixels: Int
    let hotPixels: [Pixel]
    let equalSamples: [[String]]
    let outliers: [Difference]
  }
}
