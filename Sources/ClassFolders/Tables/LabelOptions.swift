/// How a table of labels, or folders of classes without a split, become a data set.
public struct LabelOptions: Equatable, Sendable {
  /// What a table's times count from.
  public enum TimeOrigin: String, CaseIterable, Sendable {
    /// The recording's clock, as in its events.
    case clock
    /// The recording's first event.
    case start
  }

  /// What times count from.
  public var timeOrigin: TimeOrigin
  /// The division into training and test samples; `nil` where the table or the folders have it.
  public var split: SplitFraction?

  /// Creates options.
  ///
  /// - Parameters:
  ///   - timeOrigin: What a table's times count from.
  ///   - split: The division into training and test samples; `nil` where the table or the folders
  ///     have it.
  public init(timeOrigin: TimeOrigin = .clock, split: SplitFraction? = nil) {
    self.timeOrigin = timeOrigin
    self.split = split
  }

  /// The options as one text, for a cache's selection; `all` for the defaults.
  ///
  /// - Parameter table: The table's name; `nil` for folders of classes.
  func text(table: String?) -> String {
    var words: [String] = []
    if let table { words.append("labels=\(Self.encoded(table))") }
    if timeOrigin != .clock { words.append("times=\(timeOrigin.rawValue)") }
    if let split {
      words.append("split=\(split.text)")
      if let attribute = split.attribute { words.append("by=\(Self.encoded(attribute))") }
      if split.seed != 0 { words.append("seed=\(split.seed)") }
    }
    return words.isEmpty ? "all" : words.joined(separator: " ")
  }

  /// Reads back what ``text(table:)`` wrote; `nil` for any other text.
  ///
  /// - Returns: The options, and the table's name, `nil` for folders of classes.
  static func parse(_ text: String) -> (options: LabelOptions, table: String?)? {
    var values: [String: String] = [:]
    for word in text == "all" ? [] : text.split(separator: " ") {
      let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, let value = decoded(parts[1]),
        values.updateValue(value, forKey: String(parts[0])) == nil
      else { return nil }
    }
    var options = LabelOptions()
    if let name = values.removeValue(forKey: "times") {
      guard let origin = TimeOrigin(rawValue: name) else { return nil }
      options.timeOrigin = origin
    }
    let table = values.removeValue(forKey: "labels")
    let (by, seed) = (values.removeValue(forKey: "by"), values.removeValue(forKey: "seed"))
    if let fraction = values.removeValue(forKey: "split") {
      guard let seed = UInt32(seed ?? "0"),
        let split = SplitFraction(fraction, by: by, seed: seed)
      else { return nil }
      options.split = split
    }
    return values.isEmpty && options.text(table: table) == text ? (options, table) : nil
  }

  private static func encoded(_ text: String) -> String {
    text.reduce(into: "") { result, character in
      switch character {
      case " ": result += "%20"
      case "%": result += "%25"
      default: result.append(character)
      }
    }
  }

  private static func decoded(_ text: Substring) -> String? {
    text.split(separator: "%", omittingEmptySubsequences: false).enumerated().reduce("") {
      (result: String?, part) in
      guard part.offset > 0 else { return String(part.element) }
      let character = ["20": " ", "25": "%"][part.element.prefix(2)]
      guard let result, let character else { return nil }
      return result + character + part.element.dropFirst(2)
    }
  }
}
