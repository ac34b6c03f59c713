import CacheInspection
internal import EventData
import FrameCache
import Terminal
import ToolSupport

/// Statistics of a cache's frames, as text and as JSON.
struct CacheReport {
  let statistics: CacheStatistics
  /// What samples are grouped by; `nil` for class and every attribute, with long lists summarised.
  let grouping: Grouping?
  private var cache: FrameCache { statistics.cache }

  /// Maximum number of lines of a list; more would hide what they have in common.
  private static let shownCount = 10
  /// Up to this many groups are listed; more are summarised in one row.
  private static let listedGroupLimit = 40

  init(_ statistics: CacheStatistics, by grouping: Grouping? = nil) {
    self.statistics = statistics
    self.grouping = grouping
  }

  /// All groupings of the report.
  var groupings: [Grouping] { grouping.map { [$0] } ?? Grouping.all(of: cache.schema) }

  var text: String {
    let information = CacheInformation(cache)
    var parts = [information.settingsLines.joined(separator: "\n")]
    var rows = [["samples", "train", "test", "events, median", "window s, median"]]
    for grouping in groupings {
      let name = plainText(grouping.name(in: cache.schema))
      rows.append(["by \(name)"])
      let groups = statistics.groups(by: grouping)
      if groups.count > Self.listedGroupLimit && self.grouping == nil {
        rows.append(summary(of: groups))
        continue
      }
      for group in groups {
        rows.append([
          "  \(plainText(group.name))", "\(group.sampleCounts[.train] ?? 0)",
          "\(group.sampleCounts[.test] ?? 0)", decimalText(group.medianEventCount, digits: 0),
          decimalText(group.medianWindowSeconds, digits: 2),
        ])
      }
    }
    rows.append(["all", "\(cache.sampleCount(in: .train))", "\(cache.sampleCount(in: .test))"])
    parts.append(tableText(rows))
    parts.append(measureTable)
    parts.append(
      (frameLines + hotPixelLines + duplicateLines + outlierLines).joined(separator: "\n"))
    return parts.joined(separator: "\n\n")
  }

  /// Many groups in one row: the range of samples in each split, and the medians of the medians.
  private func summary(of groups: [SampleGroup]) -> [String] {
    func median(_ value: (SampleGroup) -> Double) -> Double {
      Distribution(of: groups.map(value))?.median ?? 0
    }
    func range(_ split: DataSetSplit) -> String {
      let counts = groups.map { $0.sampleCounts[split] ?? 0 }
      let (minimum, maximum) = (counts.min() ?? 0, counts.max() ?? 0)
      return minimum == maximum ? "\(minimum) each" : "\(minimum) to \(maximum)"
    }
    return [
      "  \(groups.count) of them (--by lists all)", range(.train), range(.test),
      decimalText(median(\.medianEventCount), digits: 0),
      decimalText(median(\.medianWindowSeconds), digits: 2),
    ]
  }

  private var measureTable: String {
    var rows = [["", "min", "1 %", "25 %", "median", "75 %", "99 %", "max", "mean"]]
    for measure in statistics.measures {
      guard let spread = measure.distribution else {
        rows.append([measure.name, "–"])
        continue
      }
      let values = [
        spread.minimum, spread.percentile1, spread.lowerQuartile, spread.median,
        spread.upperQuartile, spread.percentile99, spread.maximum,
      ]
      rows.append(
        [measure.name] + values.map { decimalText($0, digits: measure.digits) }
          + [decimalText(spread.mean, digits: max(1, measure.digits))])
    }
    return tableText(rows)
  }

  private var frameLines: [String] {
    var lines = [
      "frames        \(statistics.frameCount), \(statistics.emptyFrameCount) without events"
        + (statistics.paddingFrameCount > 0
          ? "; and \(statistics.paddingFrameCount) of padding" : "")
    ]
    lines.append(
      "events        \(statistics.eventCount): \(statistics.offCount) OFF, \(statistics.onCount) ON"
    )
    lines.append(
      "cells         \(percent(statistics.zeroFraction, digits: 2)) without events")
    let empty = statistics.emptySamples
    if !empty.isEmpty {
      lines.append("empty         \(counted(empty.count, "sample")) without events")
      lines += shown(empty) { "  \(name($0))" }
    }
    return lines
  }

  private var hotPixelLines: [String] {
    let hot = statistics.hotPixels
    return [
      "hot pixels    \(hot.count); \(statistics.silentPixelCount) pixels never fire"
    ]
      + shown(hot) { pixel in
        "  x \(pixel.x), y \(pixel.y): \(pixel.eventCount) events, "
          + "\(percent(Double(pixel.eventCount) / Double(max(1, statistics.eventCount)), digits: 2)) of all; "
          + "pixels around it \(pixel.neighbourMedian)"
      }
  }

  private var duplicateLines: [String] {
    let groups = statistics.duplicates
    let crossing = groups.count { Set($0.map(\.split)).count > 1 }
    return [
      "equal frames  \(counted(groups.count, "group")) of samples"
        + (crossing > 0 ? ", \(crossing) of them in train and test" : "")
    ] + shown(groups) { group in "  " + group.map(name).joined(separator: " = ") }
  }

  private var outlierLines: [String] {
    let outliers = statistics.outliers
    return [
      "outliers      \(counted(outliers.count, "value")) far from the others of "
        + (outliers.count == 1 ? "its class" : "their class")
    ]
      + shown(outliers) { outlier in
        let digits =
          switch outlier.property {
          case .windowSeconds, .onFraction: 2
          case .eventCount, .eventsPerSecond, .largestCount: 0
          }
        return "  \(name(outlier.sample)): \(outlier.property.rawValue) "
          + "\(decimalText(outlier.value, digits: digits)), of the class "
          + decimalText(outlier.classMedian, digits: digits)
      }
  }

  private func shown<Element>(
    _ elements: [Element], _ line: (Element) -> String
  ) -> [String] {
    let rest = elements.count - Self.shownCount
    return elements.prefix(Self.shownCount).map(line)
      + (rest > 0 ? ["  and \(rest) more (--json lists all)"] : [])
  }

  private func name(_ sample: SampleIndex) -> String { plainText(cache.name(of: sample)) }

  private func percent(_ fraction: Double?, digits: Int) -> String {
    fraction.map { "\(decimalText(100 * $0, digits: digits)) %" } ?? "–"
  }
}
