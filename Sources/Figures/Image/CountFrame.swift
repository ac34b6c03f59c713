/// The counts of one frame, `[2, height, width]`: OFF, then ON, row by row from the top.
package struct CountFrame: Equatable, Sendable {
  /// Columns.
  package let width: Int
  /// Rows.
  package let height: Int
  /// The counts, `[2, height, width]`.
  package let counts: ArraySlice<UInt16>

  /// Takes counts; as many as there are cells.
  package init(width: Int, height: Int, counts: ArraySlice<UInt16>) {
    precondition(width >= 1 && height >= 1, "a frame of \(width) by \(height)")
    precondition(
      counts.count == 2 * width * height,
      "\(counts.count) counts for 2 by \(height) by \(width) cells")
    self.width = width
    self.height = height
    self.counts = counts
  }

  /// OFF events of a pixel.
  package func off(x: Int, y: Int) -> Int { Int(counts[index(x, y)]) }

  /// ON events of a pixel.
  package func on(x: Int, y: Int) -> Int { Int(counts[index(x, y) + width * height]) }

  /// All OFF events.
  package var offCount: Int { counts.prefix(width * height).reduce(0) { $0 + Int($1) } }

  /// All ON events.
  package var onCount: Int { counts.suffix(width * height).reduce(0) { $0 + Int($1) } }

  /// A smaller frame, each of whose pixels has the events of a block; sums above 65 535 stay there.
  ///
  /// - Parameters:
  ///   - columns: Columns of a block; blocks at the right border may have fewer.
  ///   - rows: Rows of a block; blocks at the lower border may have fewer.
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

  private func index(_ x: Int, _ y: Int) -> Int {
    precondition((0..<width).contains(x) && (0..<height).contains(y), "no pixel (\(x), \(y))")
    return counts.startIndex + y * width + x
  }
}
