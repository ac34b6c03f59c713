/// Whose events are read of a recording: several cameras or programs may write to one file.
public struct RecordingSource: Equatable, Sendable {
  /// The number in the packets that are read.
  public let number: Int32

  /// The names that the header gives sources, by their numbers.
  public let names: [Int32: String]

  /// Describes the source that is read.
  public init(number: Int32, names: [Int32: String]) {
    self.number = number
    self.names = names
  }

  private static let maximumListedCount = 8
  private static let maximumNameLength = 40

  /// The text of a warning about packets of other sources, which are left out; `nil` without any.
  ///
  /// - Parameter counts: The number of these packets, by source.
  package func warning(leftOut counts: [Int32: Int]) -> String? {
    guard !counts.isEmpty else { return nil }
    let others = counts.keys.sorted()
    var listed = others.prefix(Self.maximumListedCount).map { number in
      "\(counts[number, default: 0]) of \(title(number))"
    }
    if others.count > listed.count { listed.append("those of \(others.count - listed.count) more") }
    let isOne = counts.count == 1 && counts.values.first == 1
    return "packets of several sources: those of \(title(self.number)) are read, "
      + "\(listed.joined(separator: ", ")) \(isOne ? "is" : "are") left out"
  }

  /// A source's number and, where the header has it, its name.
  private func title(_ number: Int32) -> String {
    let name = names[number].map { " (\($0.prefix(Self.maximumNameLength)))" }
    return "source \(number)" + (name ?? "")
  }
}
