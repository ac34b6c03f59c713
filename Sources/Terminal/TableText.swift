/// Rows of text in aligned columns: the first left-aligned, all others right-aligned.
///
/// - Parameter width: The maximum width: in wider tables, the longest cells are cut, and end in
///   `…`. By default that of the terminal, if stdout is one.
package func tableText(
  _ rows: [[String]], width: Int? = OutputTerminal.isPresent ? OutputTerminal.size.columnCount : nil
) -> String {
  let columnCount = rows.map(\.count).max() ?? 0
  var widths = (0..<columnCount).map { column in
    rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
  }
  if let width { narrow(&widths, of: rows, to: width - 2 * (columnCount - 1)) }
  return rows.map { row in
    row.enumerated().map { column, cell in
      let cell =
        cell.count <= widths[column] ? cell : cell.prefix(max(0, widths[column] - 1)) + "…"
      let padding = String(repeating: " ", count: widths[column] - cell.count)
      return column == 0 ? cell + padding : padding + cell
    }.joined(separator: "  ")
  }.map { line in
    String(line.reversed().drop { $0 == " " }.reversed())
  }.joined(separator: "\n")
}

/// Makes the widest columns narrower until the sum of all fits; numbers are not cut.
private func narrow(_ widths: inout [Int], of rows: [[String]], to total: Int) {
  var excess = widths.reduce(0, +) - total
  guard excess > 0 else { return }
  let narrowest = widths.indices.map { column in
    rows.map { column < $0.count && Double($0[column]) != nil ? $0[column].count : 9 }.max() ?? 9
  }
  while excess > 0 {
    let candidates = widths.indices.filter { widths[$0] > narrowest[$0] }
    guard let widest = candidates.max(by: { widths[$0] < widths[$1] }) else { return }
    widths[widest] -= 1
    excess -= 1
  }
}
