extension DataSetSelection {
  /// The selection in text for people, as in `subjects 1, 2; classes 8 arm_roll (label 7)`; `all`
  /// for everything.
  public var text: String {
    var parts: [String] = []
    func add(_ name: String, _ values: [String]?) {
      guard let values else { return }
      parts.append("\(name) \(values.joined(separator: ", "))")
    }
    add("subjects", subjects?.sorted().map(\.description))
    add("lightings", lightings?.sorted())
    add("classes", gestures?.sorted { $0.rawValue < $1.rawValue }.map(\.title))
    return parts.isEmpty ? "all" : parts.joined(separator: "; ")
  }
}
