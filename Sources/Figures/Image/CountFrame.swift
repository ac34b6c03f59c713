/// The event counts of one frame, `[2, height, width]`: OFF, then ON, in rows from the top.
package struct CountFrame: Equatable, Sendable {
  /// The number of columns.
  package let width: Int
  /// The number of rows.
  package let height: Int
  /// The counts, `[2, height, width]`.
  package let counts: ArraySlice<UInt16>

  /// Wraps counts.
  ///
  /// - Precondition: There are 2 · height · width counts.
  package init(width: Int, height: Int, counts: ArraySlice<UInt16>) {
    precondition(width >= 1 && height >= 1, "a frame of \(width) by \(height)")
    precondition(
      counts.count == 2 * width * height,
      "\(counts.count) counts for 2 by \(height) by \(width) cells")
    self.width = width
    self.height = height
    self.counts = counts
  }

  /// The OFF events of a pixel.
  package func off(x: Int, y: Int) -> Int { Int(counts[index(x, y)]) }

  /// The ON events of a pixel.
  package func on(x: Int, y: Int) -> Int { Int(counts[index(x, y) + width * height]) }

  /// The OFF events of all pixels.
  package var offCount: Int { counts.prefix(width * height).reduce(0) { $0 + Int($1) } }

  /// The ON events of all pixels.
  package var onCount: Int { counts.suffix(width * height).reduce(0) { $0 + Int($1) } }

  /// A smaller frame, in which each pixel is the sum of a block; sums saturate at 65 535.
  ///
  /// - Parameters:
  ///   - columns: The columns of a block; blocks at the right border may have fewer.
  ///   - rows: The rows of a block; blocks at the lower border may have fewer.
  package func reduced(columns: Int, rows: Int) -> CountFrame {
    precondition(columns >= 1 && rows >= 1, "blocks of \(columns) by \(rows)")
    let newWidth = (width + columns - 1) / columns
    let newHeight = (height + rows - 1) / rows
    var sums = [UInt16](repeating: 0, count: 2 * newWidth * newHeight)
    for channel in 0..<2 {
      for y in 0..<height {
        let row = counts.startIndex + (channel * height + y) * width
        let target = (channel * newHeight + y / rows) * newWidth
        for x in 0..<width where counts[row + x] > 0 {
          let sum = sums[target + x / columns].addingReportingOverflow(counts[row + x])
          sums[target + x / columns] = sum.overflow ? .max : sum.partialValue
        }
      }
    }
    return CountFrame(width: newWidth, height: newHeight, counts: sums[...])
  }

  /// The frame with 0 instead of each count below a minimum.
  package func omittingCounts(below minimum: Int) -> CountFrame {
    CountFrame(width: width, height: height, counts: counts.map { $0 < minimum ? 0 : $0 }[...])
  }

  private func index(_ x: Int, _ y: Int) -> Int {
    precondition((0..<width).contains(x) && (0..<height).contains(y), "no pixel (\(x), \(y))")
    return counts.startIndex + y * width + x
  }
}
