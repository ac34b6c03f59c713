/// States of an inflater during one pass through a file, from which decompression can be resumed.
///
/// A state of ISA-L takes 87 kB, so a point is kept every few megabytes, and fewer of a long file.
struct ResumptionPoints: Sendable {
  /// The state at one position.
  struct Point: @unchecked Sendable {
    /// The position in the decompressed stream.
    let position: Int
    /// The position in the file.
    let filePosition: Int
    /// Only copied, never used.
    let inflater: any Inflater
  }

  /// In the order of their positions.
  private(set) var points: [Point] = []
  private var distance = 4 << 20

  /// Maximum number of points; with ISA-L they take 32 MB.
  private static let maximumCount = 366

  /// The position from which on the next point is wanted.
  var nextPosition: Int { points.last.map { $0.position + distance } ?? distance }

  /// Adds a point; when there are too many, every second one is dropped.
  mutating func add(_ point: Point) {
    points.append(point)
    guard points.count > Self.maximumCount else { return }
    distance *= 2
    points = stride(from: 1, to: points.count, by: 2).map { points[$0] }
  }

  /// The last point that is not behind a position; `nil` for the start of the file.
  func last(upTo position: Int) -> Point? {
    var low = 0
    var high = points.count
    while low < high {
      let middle = (low + high) / 2
      if points[middle].position <= position { low = middle + 1 } else { high = middle }
    }
    return low == 0 ? nil : points[low - 1]
  }
}
