package import EventData

/// What classes are called in all that people read.
package struct ClassNames: Equatable, Sendable {
  /// The names, by label.
  package let names: [String]
  /// Whether they are the gestures of DVS128 Gesture, whose label files count from 1.
  package let areGestures: Bool

  /// Takes names by label.
  package init(_ names: [String]) {
    self.names = names
    areGestures = names == Self.gestureNames
  }

  /// The classes of a data set.
  package init(_ schema: DataSetSchema) { self.init(schema.classNames) }

  /// The classes of a checkpoint; of one that has no names, the gestures.
  package init(_ cache: CacheIdentity) {
    self.init(cache.dataSet?.classNames ?? Self.gestureNames)
  }

  /// How many there are.
  package var count: Int { names.count }

  /// A class's name.
  package func name(of label: Int) -> String { names.indices.contains(label) ? names[label] : "?" }

  /// The number under which people know a class: its label, of gestures that of label files.
  package func number(of label: Int) -> Int { areGestures ? label + 1 : label }

  /// Number and name, as in `4 right_arm_clockwise`; of a class whose name is its number that
  /// alone.
  package func text(of label: Int) -> String {
    let (number, name) = ("\(number(of: label))", name(of: label))
    return name == number ? number : "\(number) \(name)"
  }
}
