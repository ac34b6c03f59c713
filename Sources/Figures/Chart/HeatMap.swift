/// A table of counts whose cells are coloured by their counts, as a confusion matrix.
package struct HeatMap: Equatable, Sendable {
  /// The title.
  package var title: String
  /// The title of the rows, as in `class`.
  package var rowTitle: String
  /// The title of the columns, as in `predicted class`.
  package var columnTitle: String
  /// The names of the rows, from top to bottom.
  package var rowNames: [String]
  /// The names of the columns: a few characters, since a column is narrow.
  package var columnNames: [String]
  /// The counts, `[row][column]`.
  package var counts: [[Int]]
  /// Texts to the right of the rows, as their accuracies; empty for none.
  package var rowTexts: [String]

  /// Makes a map.
  package init(
    title: String, rowTitle: String, columnTitle: String, rowNames: [String],
    columnNames: [String], counts: [[Int]], rowTexts: [String] = []
  ) {
    precondition(
      counts.count == rowNames.count && counts.allSatisfy { $0.count == columnNames.count },
      "\(rowNames.count) by \(columnNames.count) cells expected")
    self.title = title
    self.rowTitle = rowTitle
    self.columnTitle = columnTitle
    self.rowNames = rowNames
    self.columnNames = columnNames
    self.counts = counts
    self.rowTexts = rowTexts
  }

  /// Draws the map; its size depends on the number of cells.
  ///
  /// A cell's opacity is its fraction of the row's sum.
  package func svg(for destination: ChartDestination) -> String {
    let (cellWidth, cellHeight) = (34.0, 26.0)
    let left = 12 + (rowNames.map { textWidth($0) }.max() ?? 0) + 10
    let top = 74.0
    let right = left + cellWidth * Double(columnNames.count)
    let bottom = top + cellHeight * Double(rowNames.count)
    let textRoom = (rowTexts.map { textWidth($0) }.max() ?? -8) + 8
    let bar = ColourBar("of the class's samples", from: "0 %", to: "100 %")
    let width = max(right + textRoom + 12, 24 + textWidth(title) * 14 / 12, left + bar.width)
    var document = SVGDocument(width: width, height: bottom + 40, label: title)
    document.addTitle()
    document.text(rowTitle, "faint", x: left - 10, y: top - 10, anchor: .end)
    document.text(columnTitle, "faint", x: left, y: top - 28)
    for (column, name) in columnNames.enumerated() {
      document.text(
        name, "faint", x: left + cellWidth * (Double(column) + 0.5), y: top - 10, anchor: .middle)
    }
    for (row, cells) in counts.enumerated() {
      let y = top + cellHeight * Double(row)
      document.text(rowNames[row], x: left - 10, y: y + 17, anchor: .end)
      if rowTexts.indices.contains(row) {
        document.text(rowTexts[row], "faint", x: right + 8, y: y + 17)
      }
      let total = cells.reduce(0, +)
      for (column, count) in cells.enumerated() {
        let x = left + cellWidth * Double(column)
        let fraction = total > 0 ? Double(count) / Double(total) : 0
        document.rectangle("band", x: x + 1, y: y + 1, width: cellWidth - 2, height: cellHeight - 2)
        let tip = "\(rowNames[row]), \(columnTitle) \(columnNames[column]): \(count) of \(total)"
        document.rectangle(
          row == column ? "fill0" : "fill1", x: x + 1, y: y + 1, width: cellWidth - 2,
          height: cellHeight - 2,
          opacity: count == 0 ? 0 : Self.palest + (1 - Self.palest) * fraction, tip: tip)
        if count == 0 { continue }
        document.text(
          "\(count)", fraction > 0.5 ? "on" : "", x: x + cellWidth / 2, y: y + 17, anchor: .middle,
          tip: tip)
      }
    }
    bar.draw(
      in: &document, x: left, y: bottom + 14, styles: ["fill0", "fill1"], palest: Self.palest)
    return document.text(for: destination)
  }

  /// The opacity of a cell with few of many samples, which must not be invisible.
  private static let palest = 0.12
}
