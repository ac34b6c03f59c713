/// What all samples of a data set have in common: sensor, classes and attribute columns.
public struct DataSetSchema: Equatable, Sendable {
  /// The data set's name, as in `DVS128 Gesture`.
  public var name: String

  /// The size of the sensor that recorded it.
  public var sensor: FrameShape

  /// The names of the classes, by label.
  public var classNames: [String]

  /// For each label, the label after mirroring left to right; `nil` when the mirrored sample has no
  /// class, or an unknown one.
  public var mirroredLabels: [Int?]

  /// The attributes that every sample has.
  public var columns: [AttributeColumn]

  /// Describes, in words, how samples are divided into training and test split.
  public var splitRule: String

  /// The table that the labels came from; empty when the data set contains them.
  public var labelTable: String

  /// Describes a data set.
  ///
  /// - Parameters:
  ///   - name: The data set's name.
  ///   - sensor: The size of its sensor.
  ///   - classNames: The names of the classes, by label.
  ///   - mirroredLabels: One entry for each class; `nil` when all are unknown.
  ///   - columns: The attributes that every sample has.
  ///   - splitRule: How samples are divided into training and test split.
  ///   - labelTable: The table that the labels came from; empty when the data set contains them.
  public init(
    name: String, sensor: FrameShape, classNames: [String], mirroredLabels: [Int?]? = nil,
    columns: [AttributeColumn] = [], splitRule: String, labelTable: String = ""
  ) {
    self.name = name
    self.sensor = sensor
    self.classNames = classNames
    self.mirroredLabels = mirroredLabels ?? Array(repeating: nil, count: classNames.count)
    self.columns = columns
    self.splitRule = splitRule
    self.labelTable = labelTable
    precondition(self.mirroredLabels.count == classNames.count, "a mirrored label a class expected")
  }

  /// Valid numbers of classes.
  public static let classCounts = 1...65_535

  /// Maximum number of attribute columns.
  public static let maximumColumnCount = 1000

  /// Why a cache cannot store the data set, as expected and found values; `nil` when it can.
  public var defect: String? {
    guard Self.classCounts.contains(classNames.count) else {
      return "1 to \(Self.classCounts.upperBound) classes expected, \(classNames.count) found"
    }
    guard columns.count <= Self.maximumColumnCount else {
      return "at most \(Self.maximumColumnCount) attributes expected, \(columns.count) found"
    }
    var names: Set<String> = []
    for column in columns {
      guard column.hasUsableName else {
        return "the name of an attribute expected, not empty, not '.' and without '/' and zeros, "
          + "'\(column.name)' found"
      }
      guard names.insert(column.name).inserted else {
        return "attributes of different names expected, '\(column.name)' found twice"
      }
    }
    return nil
  }

  /// The name of a class; the label itself when it is out of range.
  public func className(_ label: Int) -> String {
    classNames.indices.contains(label) ? classNames[label] : "\(label)"
  }

  /// Index of the column with a name; `nil` when there is none.
  public func column(_ name: String) -> Int? { columns.firstIndex { $0.name == name } }
}

extension DataSetSchema {
  /// Describes the differences, as in `N-MNIST instead of DVS128 Gesture`; empty when equal.
  ///
  /// - Parameter requested: The requested schema; `self` is the one found.
  public func differences(from requested: DataSetSchema) -> [String] {
    if name != requested.name { return ["\(name) instead of \(requested.name)"] }
    var result: [String] = []
    func compare(_ what: String, _ found: String, _ requested: String) {
      if found != requested { result.append("\(what) \(found) instead of \(requested)") }
    }
    compare("a sensor of", "\(sensor)", "\(requested.sensor)")
    compare(
      "the classes", classNames.joined(separator: ", "),
      requested.classNames.joined(separator: ", "))
    compare(
      "the attributes", columns.map(\.name).joined(separator: ", "),
      requested.columns.map(\.name).joined(separator: ", "))
    compare("the split by", splitRule, requested.splitRule)
    compare("the label table", labelTable, requested.labelTable)
    if result.isEmpty && self != requested {
      result.append("other mirrored classes or attribute types")
    }
    return result
  }
}
