/// The number of mutants with each result.
struct MutantTally {
  /// The result of reading a mutant.
  enum Result: String, CaseIterable {
    case refused, equal, oracleRefused, oracleEnded, different, badMessage, ended

    /// Whether it is a fault of the package's reader.
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
      case .oracleRefused: "read; libhdf5 refuses it"
      case .oracleEnded: "read; libhdf5 crashes"
      case .different: "read differently than by libhdf5"
      case .badMessage: "refused, but not in one line"
      case .ended: "crash"
      }
    }
  }

  private struct Row: Hashable {
    let version: Int
    let recomputesChecksums: Bool
  }

  private var counts: [Row: [Result: Int]] = [:]
  /// Messages of results other than `refused` and `equal`, with their count and the number of the
  /// first mutant.
  private var reasons: [String: (count: Int, number: Int)] = [:]
  /// Number of mutants that crashed a process which libhdf5 had used, but not a new one.
  var doubtfulCount = 0

  var findingCount: Int {
    counts.values.flatMap { $0 }.reduce(0) { $0 + ($1.key.isFinding ? $1.value : 0) }
  }

  mutating func add(_ result: Result, _ mutant: Mutant, number: Int, _ detail: String) {
    let row = Row(version: mutant.cache.version, recomputesChecksums: mutant.recomputesChecksums)
    counts[row, default: [:]][result, default: 0] += 1
    guard result != .refused, result != .equal else { return }
    // Replaces numbers and names of objects, which differ from mutant to mutant.
    let kind = detail.split(separator: " ").map { word in
      word.contains { $0.isNumber || $0 == "/" } ? "…" : String(word)
    }.joined(separator: " ")
    let reason = "\(result.title): \(kind)"
    reasons[reason] = ((reasons[reason]?.count ?? 0) + 1, reasons[reason]?.number ?? number)
  }

  /// A table of the results, followed by their messages.
  var text: String {
    var lines = [
      "| version | checksums | mutants | " + Result.allCases.map(\.title).joined(separator: " | ")
        + " |"
    ]
    lines.append("|" + String(repeating: " --- |", count: 3 + Result.allCases.count))
    for version in [1, 2] {
      for recomputesChecksums in [false, true] {
        let row = counts[Row(version: version, recomputesChecksums: recomputesChecksums)] ?? [:]
        let cells = [row.values.reduce(0, +)] + Result.allCases.map { row[$0] ?? 0 }
        lines.append(
          "| \(version) | \(recomputesChecksums ? "recomputed" : "unchanged") | "
            + cells.map(String.init).joined(separator: " | ") + " |")
      }
    }
    lines += reasons.sorted { $0.value.count > $1.value.count }.map { reason, value in
      "\(value.count)× \(reason) (first: mutant \(value.number))"
    }
    if doubtfulCount > 0 {
      lines.append(
        "\(doubtfulCount)× crash in a process that libhdf5 had used, but not in a new one"
      )
    }
    return lines.joined(separator: "\n")
  }
}
