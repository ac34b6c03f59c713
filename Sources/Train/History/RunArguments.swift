internal import FileAccess
internal import SystemPackage

/// The settings of a run, from the last start in `args.txt`.
struct RunArguments: Equatable {
  /// Values by option name.
  let values: [String: String]

  /// Reads a run's `args.txt`.
  ///
  /// - Returns: `nil` if the file cannot be read or contains no settings.
  init?(reading path: FilePath) {
    guard let bytes = try? readSmallFile(path) else { return nil }
    self.init(String(decoding: bytes, as: UTF8.self))
  }

  /// Parses the last line of the form `Namespace(a=1, b=2, cache=…`; `cache` and what follows it do
  /// not affect results and are ignored.
  init?(_ text: String) {
    let lines = text.split(separator: "\n")
    guard let line = lines.last(where: { $0.hasPrefix("Namespace(") }) else { return nil }
    let list = line.dropFirst("Namespace(".count)
    let end = list.firstRange(of: ", cache=")?.lowerBound ?? list.endIndex
    var values: [String: String] = [:]
    for pair in list[..<end].split(separator: ",") {
      let parts = pair.split(separator: "=", maxSplits: 1)
      guard parts.count == 2 else { continue }
      values[String(parts[0].drop { $0 == " " })] = String(parts[1])
    }
    if values.isEmpty { return nil }
    self.values = values
  }
}
