/// The numbers of mutants of a format with each outcome.
struct RecordingTally {
  private let format: String
  private var counts: [RecordingReading.Outcome: Int] = [:]
  private var slowest = (seconds: 0.0, number: 0)

  init(_ format: String) { self.format = format }

  mutating func add(_ result: RecordingReading, number: Int) {
    counts[result.outcome, default: 0] += 1
    if result.seconds > slowest.seconds { slowest = (result.seconds, number) }
  }

  /// A line with the counts, the slowest mutant and the memory so far.
  var text: String {
    let parts = RecordingReading.Outcome.allCases.compactMap { outcome in
      counts[outcome].map { "\($0) \(outcome.rawValue)" }
    }
    let total = counts.values.reduce(0, +)
    return "\(format): \(total) mutants: \(parts.joined(separator: ", ")); slowest "
      + "\(Int(slowest.seconds * 1000)) ms (mutant \(slowest.number)), peak "
      + "\(RecordingReading.peakKibibytes >> 10) MiB"
  }
}
