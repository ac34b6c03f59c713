/// The confusion matrix: how often samples of each class were predicted as each class.
///
/// With many classes most pairs never occur, so only nonzero counts are stored.
package struct ConfusionMatrix: Equatable, Sendable {
  /// The number of classes.
  package let classCount: Int
  /// The nonzero counts by label and prediction.
  private var counts: [Int: [Int: Int]] = [:]

  /// Creates a matrix of zeros.
  init(classCount: Int) { self.classCount = classCount }

  /// The number of samples of class `label` that were predicted as class `prediction`.
  package subscript(label: Int, prediction: Int) -> Int { counts[label]?[prediction] ?? 0 }

  /// Adds samples of one class that were all predicted as the same class.
  mutating func add(_ count: Int = 1, of label: Int, predictedAs prediction: Int) {
    precondition(
      (0..<classCount).contains(label) && (0..<classCount).contains(prediction),
      "classes \(label) and \(prediction) of \(classCount)")
    if count > 0 { counts[label, default: [:]][prediction, default: 0] += count }
  }

  /// Adds the counts of another matrix of the same classes.
  mutating func merge(_ other: ConfusionMatrix) {
    precondition(
      classCount == other.classCount, "\(classCount) classes, \(other.classCount) classes")
    for cell in other.cells { add(cell.count, of: cell.label, predictedAs: cell.prediction) }
  }

  /// The number of samples of a class.
  package func sampleCount(of label: Int) -> Int { counts[label]?.values.reduce(0, +) ?? 0 }

  /// The number of samples of a class that were predicted as another class.
  package func mistakeCount(of label: Int) -> Int {
    sampleCount(of: label) - self[label, label]
  }

  /// The matrix: one row per true class, one column per predicted class.
  package var rows: [[Int]] {
    (0..<classCount).map { label in (0..<classCount).map { self[label, $0] } }
  }

  /// The nonzero counts, sorted by label and prediction.
  package var cells: [(label: Int, prediction: Int, count: Int)] {
    counts.sorted { $0.key < $1.key }.flatMap { label, row in
      row.sorted { $0.key < $1.key }.map { (label, $0.key, $0.value) }
    }
  }

  /// The maximum number of classes for which the full matrix is shown.
  package static let maximumShownClassCount = 24

  /// The classes with the most mistakes, worst first; at most ``maximumShownClassCount``.
  package var worstClasses: [Int] {
    let found = counts.keys.map { (label: $0, count: mistakeCount(of: $0)) }
    return found.filter { $0.count > 0 }
      .sorted { ($1.count, $0.label) < ($0.count, $1.label) }
      .prefix(Self.maximumShownClassCount).map(\.label)
  }

  /// The most frequent wrong prediction for a class, the lowest label in a tie; `nil` if there is
  /// none.
  package func mostFrequentMistake(of label: Int) -> (prediction: Int, count: Int)? {
    (counts[label] ?? [:]).filter { $0.key != label }
      .min { ($1.value, $0.key) < ($0.value, $1.key) }.map { ($0.key, $0.value) }
  }
}

/// The matrix as JSON: all rows, or only the nonzero cells if there are many classes.
extension ConfusionMatrix: Codable {
  private enum CodingKeys: String, CodingKey { case classes, cells }

  /// The maximum number of classes for which all rows are written; more rows would be mostly zeros.
  private static let maximumWrittenRowCount = 50

  /// Encodes rows, or `{"cells":[[label,prediction,count],…],"classes":K}`.
  package func encode(to encoder: any Encoder) throws {
    guard classCount > Self.maximumWrittenRowCount else {
      var container = encoder.singleValueContainer()
      return try container.encode(rows)
    }
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(classCount, forKey: .classes)
    try container.encode(cells.map { [$0.label, $0.prediction, $0.count] }, forKey: .cells)
  }

  /// Decodes either form, and checks that labels, predictions and counts are in range.
  package init(from decoder: any Decoder) throws {
    func check(_ isValid: Bool, _ expected: String) throws {
      guard isValid else {
        throw DecodingError.dataCorrupted(
          .init(codingPath: decoder.codingPath, debugDescription: "\(expected) expected"))
      }
    }
    let counts = 0...1 << 40
    if let rows = try? decoder.singleValueContainer().decode([[Int]].self) {
      try check(
        rows.count >= 1
          && rows.allSatisfy { $0.count == rows.count && $0.allSatisfy(counts.contains) },
        "as many rows as columns of counts")
      self.init(classCount: rows.count)
      for (label, row) in rows.enumerated() {
        for (prediction, count) in row.enumerated() {
          add(count, of: label, predictedAs: prediction)
        }
      }
      return
    }
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let classCount = try container.decode(Int.self, forKey: .classes)
    try check((1...65_535).contains(classCount), "1 to 65535 classes")
    self.init(classCount: classCount)
    let classes = 0..<classCount
    for cell in try container.decode([[Int]].self, forKey: .cells) {
      try check(
        cell.count == 3 && classes.contains(cell[0]) && classes.contains(cell[1])
          && counts.contains(cell[2]), "a label, a prediction and a count")
      add(cell[2], of: cell[0], predictedAs: cell[1])
    }
  }
}
