package import EventData

/// The numbers and names of classes in text for people.
package struct ClassNames: Equatable, Sendable {
  /// The names, indexed by label.
  package let names: [String]
  /// Whether the classes are the gestures of DVS128 Gesture, whose label files count from 1.
  package let areGestures: Bool

  /// Creates class names; `names` is indexed by label.
  package init(_ names: [String]) {
    self.names = names
    areGestures = names == Self.gestureNames
  }

  /// Creates the class names of a data set.
  package init(_ schema: DataSetSchema) { self.init(schema.classNames) }

  /// Creates the class names of a checkpoint; if it has none, those of DVS128 Gesture.
  package init(_ cache: CacheIdentity) {
    self.init(cache.dataSet?.classNames ?? Self.gestureNames)
  }

  /// The number of classes.
  package var count: Int { names.count }

  /// The name of a class; `?` if the label is out of range.
  package func name(of label: Int) -> String { names.indices.contains(label) ? names[label] : "?" }

  /// The number of a class in text: its label, or for gestures the number in label files.
  package func number(of label: Int) -> Int { areGestures ? label + 1 : label }

  /// Number and name, as in `4 right_arm_clockwise`; only the number if the name equals it.
  package func text(of label: Int) -> String {
    let (number, name) = ("\(number(of: label))", name(of: label))
    return name == number ? number : "\(number) \(name)"
  }
}
