internal import EventData
internal import SystemPackage

extension TrialList {
  /// A warning about subjects that are in this list and in another one.
  ///
  /// Accuracy on people whom the network was trained on says little about others.
  ///
  /// - Returns: `nil` if there are none.
  func sharedSubjectWarning(with other: TrialList) -> DataSetWarning? {
    let others = Set(other.entries.map(\.name.subject))
    guard let first = entries.first(where: { others.contains($0.name.subject) }) else { return nil }
    let shared = Set(entries.map(\.name.subject)).intersection(others).sorted()
    let numbers = shared.map { "\($0)" }.joined(separator: ", ")
    let subjects = shared.count == 1 ? "subject \(numbers) is" : "subjects \(numbers) are"
    return DataSetWarning(
      path, .line(first.line),
      "\(subjects) also in \(other.path.lastComponent?.string ?? "the other list"): accuracy on "
        + "people who are in both says little about other people")
  }
}
