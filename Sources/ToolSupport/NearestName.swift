/// The name that was probably meant by a misspelt one; `nil` if none is near.
///
/// Near means: one typing error (a letter missing, added or replaced, or two letters swapped) in
/// three to five letters, two in six to eight, and so on. Differences in case, and between `-` and
/// `_`, do not count.
package func nearestName(to written: String, among names: [String]) -> String? {
  let word = comparable(written)
  let distances = names.map { (name: $0, errors: typingErrors(word, comparable($0))) }
  guard let best = distances.min(by: { $0.errors < $1.errors }), best.errors <= word.count / 3
  else {
    return nil
  }
  return best.name
}

private func comparable(_ name: String) -> [Character] {
  name.lowercased().drop { $0 == "-" }.map { $0 == "-" ? "_" : $0 }
}

/// The number of typing errors that make one word the other (optimal string alignment distance).
private func typingErrors(_ from: [Character], _ to: [Character]) -> Int {
  var rows = [Array(0...to.count)]
  for i in from.indices {
    var row = [i + 1]
    for j in to.indices {
      var errors = min(rows[i][j + 1] + 1, row[j] + 1, rows[i][j] + (from[i] == to[j] ? 0 : 1))
      if i > 0 && j > 0 && from[i] == to[j - 1] && from[i - 1] == to[j] {
        errors = min(errors, rows[i - 1][j - 1] + 1)
      }
      row.append(errors)
    }
    rows.append(row)
  }
  return rows[from.count][to.count]
}
