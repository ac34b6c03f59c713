internal import FileAccess
internal import FoundationEssentials
internal import SpikingNetwork
internal import SystemPackage

/// A start of a run, as `args.txt` records it: what is needed to tell, months later, how results
/// came about.
///
/// None of it is in checkpoints, so that a resumed run's equal those of an uninterrupted one.
struct RunStartRecord: Equatable {
  /// Whether it resumed an earlier one.
  let isResuming: Bool
  /// The command line.
  let command: String
  /// Names and values of the lines after the settings, as `processor`.
  let facts: [String: String]

  /// The names of lines that this start writes, beside those of engine and processor.
  enum Name {
    static let version = "dvskit"
    static let date = "date"
    static let host = "host"
    static let processor = "processor"
    static let cache = "cache content"
  }

  /// Reads the starts that a run's `args.txt` records; none if the file cannot be read.
  static func all(in path: FilePath) -> [RunStartRecord] {
    guard let bytes = try? readSmallFile(path) else { return [] }
    return all(in: String(decoding: bytes, as: UTF8.self))
  }

  /// Parses the text of `args.txt`.
  static func all(in text: String) -> [RunStartRecord] {
    var starts: [RunStartRecord] = []
    for line in text.split(separator: "\n") where !line.hasPrefix("Namespace(") {
      guard let colon = line.firstRange(of: ": ") else { continue }
      let (name, value) = (String(line[..<colon.lowerBound]), String(line[colon.upperBound...]))
      if name == "started" || name == "resumed" {
        starts.append(
          RunStartRecord(isResuming: name == "resumed", command: value, facts: [:]))
      } else if let last = starts.popLast() {
        starts.append(last.adding(name, value))
      }
    }
    return starts
  }

  private func adding(_ name: String, _ value: String) -> RunStartRecord {
    RunStartRecord(
      isResuming: isResuming, command: command,
      facts: facts.merging([name: value]) { _, last in last })
  }

  /// The lines of this moment, on this machine, with this cache.
  ///
  /// - Parameter version: The version of the tool, as in `0.1.0 (5f410fc)`.
  static func linesOfNow(_ version: String, cache: CacheIdentity) -> [String] {
    [
      "\(Name.version): \(version)", "\(Name.date): \(dateText())",
      "\(Name.host): \(HostName.ofThisMachine)",
      "\(Name.cache): \(cache.hashText)",
    ]
  }

  /// The time now, in UTC, as in `2026-11-28T09:30:00Z`.
  static func dateText() -> String { Date.now.formatted(.iso8601) }

  /// When, where and by which version, as far as `args.txt` says so.
  var text: String {
    let parts = [("", Name.date), ("on ", Name.host), ("by dvskit ", Name.version)]
    return parts.compactMap { prefix, name in facts[name].map { prefix + $0 } }
      .joined(separator: " ")
  }
}

extension CacheIdentity {
  /// ``contentHash`` as 16 hexadecimal digits.
  var hashText: String {
    let digits = String(contentHash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
