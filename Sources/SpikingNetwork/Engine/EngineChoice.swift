/// The user's choice of an engine.
public enum EngineChoice: Equatable, Sendable {
  /// The first engine of the catalogue that `auto` may choose.
  case automatic
  /// An engine by name, and the index of its device, from 0.
  case named(String, device: Int = 0)

  /// Parses `auto`, an engine's name, or a name with a device, as in `cuda:1`.
  ///
  /// - Returns: `nil` for anything else.
  public init?(_ text: String) {
    if text == "auto" {
      self = .automatic
      return
    }
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let isName = !parts[0].isEmpty && parts[0].utf8.allSatisfy { (97...122).contains($0) }
    guard isName else { return nil }
    guard parts.count == 2 else {
      self = .named(text)
      return
    }
    // Only the canonical form is accepted: no sign, no leading zero.
    guard let device = UInt16(parts[1]), "\(device)" == parts[1] else { return nil }
    self = .named(String(parts[0]), device: Int(device))
  }
}
