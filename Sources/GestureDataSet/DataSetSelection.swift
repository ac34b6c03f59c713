/// The selected part of a data set.
public struct DataSetSelection: Equatable, Sendable {
  /// The subjects; `nil` for all.
  public var subjects: Set<UInt8>?
  /// The lightings; `nil` for all.
  public var lightings: Set<String>?
  /// The gestures; `nil` for all.
  public var gestures: Set<Gesture>?

  /// Selects everything by default.
  public init(
    subjects: Set<UInt8>? = nil, lightings: Set<String>? = nil, gestures: Set<Gesture>? = nil
  ) {
    self.subjects = subjects
    self.lightings = lightings
    self.gestures = gestures
  }

  /// Whether nothing is excluded.
  public var isEverything: Bool { self == DataSetSelection() }

  func includes(_ name: RecordingName) -> Bool {
    (subjects?.contains(name.subject) ?? true) && (lightings?.contains(name.lighting) ?? true)
  }

  func includes(_ gesture: Gesture) -> Bool { gestures?.contains(gesture) ?? true }
}

extension DataSetSelection: CustomStringConvertible {
  /// The selection's canonical text, as in `subjects=1,2 classes=4,5`; `all` for everything.
  public var description: String {
    var parts: [String] = []
    func add(_ name: String, _ values: [some CustomStringConvertible]?) {
      guard let values else { return }
      parts.append("\(name)=" + values.map(\.description).joined(separator: ","))
    }
    add("subjects", subjects?.sorted())
    add("lightings", lightings?.sorted())
    add("classes", gestures?.map(\.classNumber).sorted())
    return parts.isEmpty ? "all" : parts.joined(separator: " ")
  }
}

extension DataSetSelection {
  /// Parses a ``description``.
  ///
  /// - Returns: `nil` for any other text.
  public init?(_ description: String) {
    self.init()
    for part in description == "all" ? [] : description.split(separator: " ") {
      let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard pair.count == 2 else { return nil }
      let values = pair[1].split(separator: ",")
      switch pair[0] {
      case "subjects": subjects = Set(values.compactMap { UInt8($0) })
      case "lightings": lightings = Set(values.map(String.init))
      case "classes":
        gestures = Set(values.compactMap { Int($0).flatMap(Gesture.init(rawValue:)) })
      default: return nil
      }
    }
    // The text is canonical, so this comparison detects every part that was ignored above.
    guard self.description == description else { return nil }
  }
}
