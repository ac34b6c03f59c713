/// The value of an attribute of unknown type.
package enum HDF5Value: Equatable, Sendable {
  /// Texts, of fixed or variable length.
  case texts([String])
  /// Integers; those over `Int64.max` are clamped to it.
  case integers([Int64])
  /// Floating-point numbers; narrower ones widened.
  case numbers([Double])
  /// Booleans, as h5py stores NumPy's: an enumeration of FALSE and TRUE in a byte.
  case flags([Bool])

  /// The text, if the value is a single text.
  package var text: String? {
    if case .texts(let values) = self, values.count == 1 { values[0] } else { nil }
  }

  /// The integer, if the value is a single integer.
  package var integer: Int? {
    if case .integers(let values) = self, values.count == 1 { Int(values[0]) } else { nil }
  }

  /// The number, if the value is a single integer or floating-point number.
  package var number: Double? {
    switch self {
    case .numbers(let values) where values.count == 1: values[0]
    case .integers(let values) where values.count == 1: Double(values[0])
    default: nil
    }
  }

  /// The Boolean, if the value is a single Boolean.
  package var flag: Bool? {
    if case .flags(let values) = self, values.count == 1 { values[0] } else { nil }
  }
}
