/// The names and numbers of classes in text for people.
///
/// A label is a number from 0, in files, JSON and code. The label files of DVS128 Gesture number
/// classes from 1, so text for people shows both numbers of a gesture.
package struct ClassNames: Equatable, Sendable {
  /// The names, indexed by label.
  package let names: [String]
  /// Whether the classes are the gestures of DVS128 Gesture, whose label files count from 1.
  package let areGestures: Bool

  /// Creates class names.
  ///
  /// - Parameters:
  ///   - names: The names, indexed by label.
  ///   - areGestures: Whether the classes are those of DVS128 Gesture.
  package init(_ names: [String], areGestures: Bool) {
    self.names = names
    self.areGestures = areGestures
  }

  /// The number of classes.
  package var count: Int { names.count }

  /// The name of a class; `?` if the label is out of range.
  package func name(of label: Int) -> String { names.indices.contains(label) ? names[label] : "?" }

  /// The number of a class in text: its label, or for gestures the number in label files.
  package func number(of label: Int) -> Int { areGestures ? label + 1 : label }

  /// The number of a gesture in label files; `nil` for other classes, which have only labels.
  package func classNumber(of label: Int) -> Int? { areGestures ? label + 1 : nil }

  /// Number and name, as in `4 right_arm_clockwise`; only the number if the name equals it.
  package func text(of label: Int) -> String {
    let (number, name) = ("\(number(of: label))", name(of: label))
    return name == number ? number : "\(number) \(name)"
  }

  /// Number and name with the label where they differ, as in `4 right_arm_clockwise (label 3)`.
  package func title(of label: Int) -> String {
    areGestures ? "\(text(of: label)) (label \(label))" : text(of: label)
  }
}
