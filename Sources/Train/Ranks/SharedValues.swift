internal import SpikingNetwork
internal import SystemPackage

/// Values that must be the same on all ranks of a training.
struct SharedValues {
  /// The values by name, and what to do about a difference.
  private var values: [(name: String, value: String, advice: String)] = []

  /// Adds a value.
  mutating func add(_ name: String, _ value: String, advice: String) {
    // Lines and columns of the text that ranks exchange.
    let value = String(value.map { $0.isNewline || $0 == "\t" ? " " : $0 })
    values.append((name, value, advice))
  }

  /// Compares the values with those of rank 0.
  ///
  /// - Throws: ``TrainError`` with code `settings`, the same on all ranks, that names the first
  ///   difference of the lowest rank that has one.
  func requireSame(on ranks: RankGroup) throws(TrainError) {
    if ranks.isSingle { return }
    let lines = values.map { "\($0.name)\t\($0.value)" }
    let texts = try ranks.gathered(
      ([HostName.ofThisMachine] + lines).joined(separator: "\n"))
    let all = texts.map { $0.split(separator: "\n", omittingEmptySubsequences: false) }
    for (rank, other) in all.enumerated() where other.dropFirst() != all[0].dropFirst() {
      let rankNames = [rank, 0].map { ranks.name(ofRank: $0, host: String(all[$0][0])) }
      let names = Self.names(all[0]) + Self.names(other).filter { !Self.names(all[0]).contains($0) }
      for name in names {
        let (found, expected) = (Self.value(name, in: other), Self.value(name, in: all[0]))
        if found == expected { continue }
        let advice =
          values.first { $0.name == name }?.advice
          ?? "install the same version on all machines"
        throw TrainError(
          .settings, "", "",
          "\(name) differs: \(found ?? "none") on \(rankNames[0]), \(expected ?? "none") on "
            + "\(rankNames[1]): \(advice)"
        ).shared
      }
    }
  }

  private static func names(_ lines: [Substring]) -> [Substring] {
    lines.dropFirst().map { $0.prefix { $0 != "\t" } }
  }

  private static func value(_ name: Substring, in lines: [Substring]) -> Substring? {
    lines.dropFirst().first { $0.hasPrefix("\(name)\t") }?.dropFirst(name.count + 1)
  }
}
