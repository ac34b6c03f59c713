internal import EventData

/// A pixel that fires far more than those around it.
package struct HotPixel: Equatable, Sendable {
  /// Column, from the left.
  package let x: Int
  /// Row, from the top.
  package let y: Int
  /// Its events in all samples, of both polarities.
  package let eventCount: Int
  /// The median of the events of the pixels that touch it.
  package let neighbourMedian: Int
}

extension CacheStatistics {
  /// Events of both polarities of each pixel, `[128, 128]`.
  package var pixelEvents: [Int] {
    let count = DVS128.width * DVS128.height
    return (0..<count).map { sensorEvents[$0] + sensorEvents[count + $0] }
  }

  /// Pixels that never fire.
  package var silentPixelCount: Int { pixelEvents.count { $0 == 0 } }

  /// The pixels with at least 100 events that have at least five times the median of those that
  /// touch them, the one with the most events first.
  package var hotPixels: [HotPixel] {
    let events = pixelEvents
    var found: [HotPixel] = []
    for y in 0..<DVS128.height {
      for x in 0..<DVS128.width {
        let own = events[y * DVS128.width + x]
        guard own >= 100 else { continue }
        var around: [Int] = []
        for row in max(0, y - 1)...min(DVS128.height - 1, y + 1) {
          for column in max(0, x - 1)...min(DVS128.width - 1, x + 1)
          where row != y || column != x {
            around.append(events[row * DVS128.width + column])
          }
        }
        let median = around.sorted()[around.count / 2]
        if own >= 5 * max(1, median) {
          found.append(HotPixel(x: x, y: y, eventCount: own, neighbourMedian: median))
        }
      }
    }
    // Those with equally many stay in the order of rows and columns.
    return found.enumerated().sorted { one, other in
      (other.element.eventCount, one.offset) < (one.element.eventCount, other.offset)
    }.map(\.element)
  }
}
