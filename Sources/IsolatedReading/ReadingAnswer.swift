internal import FileAccess
internal import SystemPackage

/// A message from the reading process to its parent, one per line.
package enum ReadingAnswer: Equatable {
  /// Number of copied samples, and of all samples.
  case progress(completedCount: Int, totalCount: Int)
  /// The file cannot be used, for this reason.
  case refused(String)
  /// Everything is copied.
  case done

  /// Maximum line length in bytes; a longer line is not from this program.
  static let maximumByteCount = 4096

  /// Parses a line; `nil` if it is not a valid message.
  init?(line: String) {
    let words = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
    switch (words.first, words.count) {
    case ("done", 1): self = .done
    case ("refused", 2): self = .refused(oneLine(String(words[1])))
    case ("progress", 2):
      let numbers = words[1].split(separator: " ").map { Int($0) }
      guard numbers.count == 2, let completed = numbers[0], let total = numbers[1],
        (0...total).contains(completed)
      else { return nil }
      self = .progress(completedCount: completed, totalCount: total)
    default: return nil
    }
  }

  /// The line, including its newline.
  var line: String {
    switch self {
    case .progress(let completed, let total): "progress \(completed) \(total)\n"
    // A character may have any number of scalars, and a scalar has at most four bytes.
    case .refused(let reason):
      "refused \(String(String.UnicodeScalarView(oneLine(reason).unicodeScalars.prefix(1000))))\n"
    case .done: "done\n"
    }
  }

  /// Writes the line to the parent.
  package func tell() { _ = try? FileDescriptor.standardOutput.writeAll(line.utf8) }
}
