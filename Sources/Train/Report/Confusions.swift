/// The confusion matrix: how often samples of each class were predicted as each class.
///
/// With many classes most pairs never occur, so only nonzero counts are stored.
package struct Confusions: Equatable, Sendable {
  /// Classes.
  package let classCount: Int
  /// Counts over 0 by label and prediction.
  private var counts: [Int: [Int: Int]] = [:]

  /// Begins with no samples.
  init(classCount: Int) { self.classCount = classCount }

  /// Samples of class `label` that were predicted as class `prediction`.
  package subscript(label: Int, prediction: Int) -> Int { counts[label]?[prediction] ?? 0 }

  /// Adds samples of one class that were all predicted as the same class.
  mutating func add(_ count: Int = 1, of label: Int, takenFor prediction: Int) {
    precondition(
      (0..<classCount).contains(label) && (0..<classCount).contains(prediction),
      "classes \(label) and \(prediction) of \(classCount)")
    if count > 0 { counts[label, default: [:]][prediction, default: 0] += count }
  }

  /// Adds the counts of another matrix of the same classes.
  mutating func merge(_ other: Confusions) {
    precondition(
      classCount == other.classCount, "\(classCount) classes, \(other.classCount) classes")
    for cell in other.cells { add(cell.count, of: cell.label, takenFor: cell.prediction) }
  }

  /// Samples of a class.
  package func sampleCount(of label: Int) -> Int { counts[label]?.values.reduce(0, +) ?? 0 }

  /// Samples of a class that were predicted as another class.
  package func mistakeCount(of label: Int) -> Int {
    sampleCount(of: label) - self[label, label]
  }

  /// The matrix: one row per true class, one column per predicted class.
  package var rows: [[Int]] {
    (0..<classCount).map { label in (0..<classCount).map { self[label, $0] } }
  }

  /// The counts over 0, by label and prediction.
  package var cells: [(label: Int, prediction: Int, count: Int)] {
    counts.sorted { $0.key < $1.key }.flatMap { label, row in
      row.sorted { $0.key < $1.key }.map { (label, $0.key, $0.value) }
    }
  }

  /// The maximum number of classes that are shown as a full matrix.
  package static let mostShownClasses = 24

  /// The classes with the most mistakes, in descending order; limited to the number that is shown.
  package var worstClasses: [Int] {
    let found = counts.keys.map { (label: $0, count: mistakeCount(of: $0)) }
    return found.filter { $0.count > 0 }
      .sorted { ($1.count, $0.label) < ($0.count, $1.label) }
      .prefix(Self.mostShownClasses).map(\.label)
  }

  /// The most frequent wrong prediction for a class, the lowest label in a tie; `nil` if there is
  /// none.
  package func commonestMistake(of label: Int) -> (prediction: Int, count: Int)? {
    (counts[label] ?? [:]).filter { $0.key != label }
      .min { ($1.value, $0.key) < ($0.value, $1.key) }.map { ($0.key, $0.value) }
  }
}

/// The table as JSON: all its rows, or of many classes the cells over 0.
extension Confusions: Codable {
  private enum CodingKeys: String, CodingKey { case classes, cells }

  /// The maximum number of classes for which all rows are written; more rows would be mostly zeros.
  private static let mostWrittenClasses = 50

  /// Encodes rows, or `{"cells":[[label,prediction,count],…],"classes":K}`.
  package func encode(to encoder: any Encoder) throws {
    guard classCount > Self.mostWrittenClasses else {
      var container = encoder.singleValueContainer()
      return try container.encode(rows)
    }
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(classCount, forKey: .classes)
    try container.encode(cells.map { [$0.label, $0.prediction, $0.count] }, forKey: .cells)
  }

  /// Decodes either, and checks that counts are of its classes.
  package init(from decoder: any Decoder) throws {
    func check(_ isSound: Bool, _ expected: String) throws {
      guard isSound else {
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
          add(count, of: label, takenFor: prediction)
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
      add(cell[2], of: cell[0], takenFor: cell[1])
    }
  }
}
