internal import EventData
internal import FrameCache

/// A pixel that fires far more often than its neighbours.
package struct HotPixel: Equatable, Sendable {
  /// Column, from the left.
  package let x: Int
  /// Row, from the top.
  package let y: Int
  /// Its events in all samples, of both polarities.
  package let eventCount: Int
  /// The median event count of its neighbours.
  package let neighbourMedian: Int
}

extension CacheStatistics {
  /// Events of both polarities of each pixel, `[H, W]`.
  package var pixelEvents: [Int] {
    let count = cache.frameShape.pixelCount
    return (0..<count).map { sensorEvents[$0] + sensorEvents[count + $0] }
  }

  /// Pixels that never fire.
  package var silentPixelCount: Int { pixelEvents.count { $0 == 0 } }

  /// The pixels with at least 100 events, and at least five times the median of their neighbours,
  /// in descending order of events.
  package var hotPixels: [HotPixel] {
    let events = pixelEvents
    let (width, height) = (cache.frameShape.width, cache.frameShape.height)
    var found: [HotPixel] = []
    for y in 0..<height {
      for x in 0..<width {
        let own = events[y * width + x]
        guard own >= 100 else { continue }
        var around: [Int] = []
        for row in max(0, y - 1)...min(height - 1, y + 1) {
          for column in max(0, x - 1)...min(width - 1, x + 1)
          where row != y || column != x {
            around.append(events[row * width + column])
          }
        }
        // The only pixel of an image has no neighbours.
        let median = around.isEmpty ? 0 : around.sorted()[around.count / 2]
        if own >= 5 * max(1, median) {
          found.append(HotPixel(x: x, y: y, eventCount: own, neighbourMedian: median))
        }
      }
    }
    // Ties stay in the order of rows and columns.
    return found.enumerated().sorted { one, other in
      (other.element.eventCount, one.offset) < (one.element.eventCount, other.offset)
    }.map(\.element)
  }
}
