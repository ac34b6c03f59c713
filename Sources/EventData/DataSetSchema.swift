/// What a data set says of all its samples: their sensor, their classes, and what is told of each.
public struct DataSetSchema: Equatable, Sendable {
  /// What the data set is called, as in `DVS128 Gesture`.
  public var name: String

  /// The sensor that recorded it.
  public var sensor: FrameShape

  /// The names of the classes, by label.
  public var classNames: [String]

  /// By label, the class of a sample that is mirrored left to right; `nil` where that is of no
  /// class, or unknown.
  public var mirroredLabels: [Int?]

  /// What is told of each sample.
  public var columns: [AttributeColumn]

  /// How samples for training and for the test are told apart, in words.
  public var splitRule: String

  /// The table that the labels came from; empty where the data set has them itself.
  public var labelTable: String

  /// Describes a data set.
  ///
  /// - Parameters:
  ///   - mirroredLabels: One for each class; `nil` where all are unknown.
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

  /// How many classes a data set can have.
  public static let classCounts = 1...65_535

  /// The most attribute columns that a data set can have.
  public static let maximumColumnCount = 1000

  /// Why no cache can hold the data set, in words that name what is expected and what is found;
  /// `nil` where one can.
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

  /// What a class is called; its label where there is no such class.
  public func className(_ label: Int) -> String {
    classNames.indices.contains(label) ? classNames[label] : "\(label)"
  }

  /// The place of a column; `nil` where there is none of this name.
  public func column(_ name: String) -> Int? { columns.firstIndex { $0.name == name } }
}

/// A thing that is told of every sample, as its subject.
public struct AttributeColumn: Equatable, Hashable, Sendable {
  /// What its values are.
  public enum Kind: Equatable, Sendable {
    /// Whole numbers.
    case integer
    /// Texts.
    case text
  }

  /// What it is called, as in `subject`.
  public var name: String

  /// What its values are.
  public var kind: Kind

  /// Describes a column.
  public init(_ name: String, _ kind: Kind) {
    self.name = name
    self.kind = kind
  }

  /// Whether an object of an HDF5 file can be called so.
  fileprivate var hasUsableName: Bool {
    !name.isEmpty && name != "." && !name.utf8.contains { $0 == 0 || $0 == UInt8(ascii: "/") }
  }
}

extension DataSetSchema {
  /// What differs in words, as in `N-MNIST instead of DVS128 Gesture`; empty where nothing does.
  ///
  /// - Parameter wanted: What is asked for; `self` is what is found.
  public func differences(from wanted: DataSetSchema) -> [String] {
    if name != wanted.name { return ["\(name) instead of \(wanted.name)"] }
    var result: [String] = []
    func compare(_ what: String, _ found: String, _ wanted: String) {
      if found != wanted { result.append("\(what) \(found) instead of \(wanted)") }
    }
    compare("a sensor of", "\(sensor)", "\(wanted.sensor)")
    compare(
      "the classes", classNames.joined(separator: ", "), wanted.classNames.joined(separator: ", "))
    compare(
      "the attributes", columns.map(\.name).joined(separator: ", "),
      wanted.columns.map(\.name).joined(separator: ", "))
    compare("the split by", splitRule, wanted.splitRule)
    compare("the label table", labelTable, wanted.labelTable)
    if result.isEmpty && self != wanted {
      result.append("other mirrored classes or attribute types")
    }
    return result
  }
}
