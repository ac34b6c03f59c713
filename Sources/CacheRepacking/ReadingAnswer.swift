/// What the process that reads says to the one that started it, a line each.
enum ReadingAnswer: Equatable {
  /// So many samples of so many are copied.
  case progress(completedCount: Int, totalCount: Int)
  /// The file cannot be used; why.
  case refused(String)
  /// All is copied.
  case done

  /// More bytes than this in a line are not from this program.
  static let maximumByteCount = 4096

  /// Understands a line; `nil` where it is none of these.
  init?(line: String) {
    let words = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
    switch (words.first, words.count) {
    case ("done", 1): self = .done
    case ("refused", 2): self = .refused(Self.plain(words[1]))
    case ("progress", 2):
      let numbers = words[1].split(separator: " ").map { Int($0) }
      guard numbers.count == 2, let completed = numbers[0], let total = numbers[1],
        (0...total).contains(completed)
      else { return nil }
      self = .progress(completedCount: completed, totalCount: total)
    default: return nil
    }
  }

  /// The line, with its end.
  var line: String {
    switch self {
    case .progress(let completed, let total): "progress \(completed) \(total)\n"
    case .refused(let reason): "refused \(Self.plain(reason).prefix(1000))\n"
    case .done: "done\n"
    }
  }

  /// One line, whatever a file put into a message.
  private static func plain(_ text: some StringProtocol) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? "?" : $0 }))
  }
}
