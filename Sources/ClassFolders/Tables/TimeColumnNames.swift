/// Names of columns that look like the start and the end of a window.
///
/// Without a unit that is known, such columns would be attributes, and each sample its whole
/// recording: that has to be noticed.
enum TimeColumnNames {
  /// The first two names that say start and end, and otherwise only that they are times or in which
  /// unit, as in `startTime_usec` and `endTime_usec`; `nil` if there are none.
  static func pair(in names: [String]) -> (start: String, end: String)? {
    func first(of boundaries: Set<String>, orWithTime others: Set<String>) -> String? {
      names.first { name in
        let words = words(of: name)
        let rest = words.filter { !timeWords.contains($0) }
        guard rest.count == 1 else { return false }
        return boundaries.contains(rest[0]) || (words.count > 1 && others.contains(rest[0]))
      }
    }
    guard
      let start = first(
        of: ["start", "begin", "starttime", "begintime"], orWithTime: ["onset", "from"]),
      let end = first(
        of: ["end", "stop", "endtime", "stoptime"], orWithTime: ["offset", "to", "until"])
    else { return nil }
    return (start, end)
  }

  private static let timeWords: Set = [
    "t", "time", "times", "timestamp", "ts", "us", "µs", "μs", "usec", "usecs", "micros",
    "microseconds", "ms", "msec", "msecs", "millis", "milliseconds", "s", "sec", "secs", "seconds",
    "ns", "nsec", "nsecs", "nanos", "nanoseconds",
  ]

  /// The words of a name in lower case, as of `startTime_usec` or `start (us)`.
  private static func words(of name: String) -> [String] {
    var words: [String] = []
    var previous: Character = " "
    for character in name {
      defer { previous = character }
      guard character.isLetter || character.isNumber else { continue }
      let beginsWord =
        !(previous.isLetter || previous.isNumber)
        || (previous.isLowercase && character.isUppercase)
      if beginsWord { words.append("") }
      words[words.count - 1] += character.lowercased()
    }
    return words
  }
}
