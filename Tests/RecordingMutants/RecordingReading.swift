import Glibc

/// What comes of reading a file as the tools do.
struct RecordingReading {
  /// The result.
  enum Outcome: String, CaseIterable {
    case refused = "refused in one line"
    case read = "read, with events"
    case empty = "read, without events"
    case badMessage = "refused, but not in one line"
    case different = "counts differ"
    case tooMuchMemory = "over 2 GiB of memory"
  }

  /// The result.
  let outcome: Outcome
  /// How long it took.
  let seconds: Double

  /// Whether it is a fault of a reader.
  var isFinding: Bool { [.badMessage, .different, .tooMuchMemory].contains(outcome) }

  /// The most memory that the process has had.
  static var peakKibibytes: Int {
    var usage = rusage()
    // Safe: the call writes one structure.
    _ = unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss
  }
}
