/// How many mutants came to what.
struct MutantTally {
  /// What came of a mutant.
  enum Result: String, CaseIterable {
    case refused, equal, oracleRefused, oracleEnded, different, badMessage, ended

    /// Whether it must not be.
    var isFinding: Bool {
      switch self {
      case .refused, .equal, .oracleRefused, .oracleEnded: false
      case .different, .badMessage, .ended: true
      }
    }

    var title: String {
      switch self {
      case .refused: "refused in one line"
      case .equal: "read as libhdf5 reads it"
      case .oracleRefused: "read; libhdf5 refuses"
      case .oracleEnded: "read; libhdf5 ends"
      case .different: "read otherwise"
      case .badMessage: "no proper message"
      case .ended: "process ended"
      }
    }
  }

  private struct Row: Hashable {
    let version: Int
    let isMended: Bool
  }

  private var counts: [Row: [Result: Int]] = [:]
  /// What libhdf5 says where it alone refuses, and what is found, with the first mutant of each.
  private var reasons: [String: (count: Int, number: Int)] = [:]
  /// Mutants at which a process ended that libhdf5 had used, and that do well in a new one.
  var doubtfulCount = 0

  var findingCount: Int {
    counts.values.flatMap { $0 }.reduce(0) { $0 + ($1.key.isFinding ? $1.value : 0) }
  }

  mutating func add(_ result: Result, _ mutant: Mutant, number: Int, _ detail: String) {
    let row = Row(version: mutant.cache.version, isMended: mutant.isMended)
    counts[row, default: [:]][result, default: 0] += 1
    guard result != .refused, result != .equal else { return }
    // Numbers and names of objects differ from mutant to mutant.
    let kind = detail.split(separator: " ").map { word in
      word.contains { $0.isNumber || $0 == "/" } ? "…" : String(word)
    }.joined(separator: " ")
    let reason = "\(result.title): \(kind)"
    reasons[reason] = ((reasons[reason]?.count ?? 0) + 1, reasons[reason]?.number ?? number)
  }

  /// A table, and the reasons below it.
  var text: String {
    var lines = [
      "| version | checksums | tried | " + Result.allCases.map(\.title).joined(separator: " | ")
        + " |"
    ]
    lines.append("|" + String(repeating: " --- |", count: 3 + Result.allCases.count))
    for version in [1, 2] {
      for isMended in [false, true] {
        let row = counts[Row(version: version, isMended: isMended)] ?? [:]
        let cells = [row.values.reduce(0, +)] + Result.allCases.map { row[$0] ?? 0 }
        lines.append(
          "| \(version) | \(isMended ? "mended" : "as they were") | "
            + cells.map(String.init).joined(separator: " | ") + " |")
      }
    }
    lines += reasons.sorted { $0.value.count > $1.value.count }.map { reason, value in
      "\(value.count)× \(reason) (first: mutant \(value.number))"
    }
    if doubtfulCount > 0 {
      lines.append(
        "\(doubtfulCount)× a process that libhdf5 had used ended at a mutant that does well in a new one"
      )
    }
    return lines.joined(separator: "\n")
  }
}
