import Glibc

/// The number of mutants with each result, in all and by what was changed, which may be several
/// things.
struct GraphTally {
  private var counts: [String: [GraphReading.Outcome: Int]] = [:]
  private var all: [GraphReading.Outcome: Int] = [:]
  private var slowest = (seconds: 0.0, number: 0)
  /// How the reading process ended without an answer: the number of mutants, and the first.
  private var ends: [Substring: (count: Int, number: Int)] = [:]

  /// The number of mutants that were handled wrongly.
  var findingCount: Int {
    all.reduce(0) { $0 + ($1.key.isFinding ? $1.value : 0) }
  }

  mutating func add(_ result: GraphReading, _ mutant: GraphMutant, number: Int) {
    all[result.outcome, default: 0] += 1
    for change in Set(mutant.changes) {
      counts[change, default: [:]][result.outcome, default: 0] += 1
    }
    if [.libraryEnded, .stopped].contains(result.outcome),
      let end = result.message.split(separator: ": ").dropFirst().first
    {
      ends[end] = ((ends[end]?.count ?? 0) + 1, ends[end]?.number ?? number)
    }
    if result.seconds > slowest.seconds { slowest = (result.seconds, number) }
  }

  /// A line for each kind of change, and one for all.
  var text: String {
    func line(_ name: String, _ counts: [GraphReading.Outcome: Int]) -> String {
      let parts = GraphReading.Outcome.allCases.compactMap { outcome in
        counts[outcome].map { "\($0) \(outcome.rawValue)" }
      }
      return "\(name): \(counts.values.reduce(0, +)) mutants: \(parts.joined(separator: ", "))"
    }
    let peaks = [RUSAGE_SELF, RUSAGE_CHILDREN].map { GraphReading.peakKibibytes($0) >> 10 }
    var lines = counts.sorted { $0.key < $1.key }.map { line($0.key, $0.value) }
    for (end, value) in ends.sorted(by: { $0.key < $1.key }) {
      lines.append("\(value.count)× \(end) (first: mutant \(value.number))")
    }
    lines.append(
      line("all", all)
        + "; slowest \(Int(slowest.seconds * 1000)) ms (mutant \(slowest.number)), peak "
        + "\(peaks[0]) MiB, of reading processes \(peaks[1]) MiB")
    return lines.joined(separator: "\n")
  }
}
