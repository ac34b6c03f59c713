/// What an attribute holds whose type is found out by reading it.
package enum HDF5Value: Equatable, Sendable {
  /// Texts, of fixed or variable length.
  case texts([String])
  /// Whole numbers; one over `Int64.max` becomes that.
  case integers([Int64])
  /// Floating-point numbers; narrower ones widened.
  case numbers([Double])
  /// Truth values, as h5py stores NumPy's: an enumeration of FALSE and TRUE in a byte.
  case flags([Bool])

  /// The text, where there is one text and nothing else.
  package var text: String? {
    if case .texts(let values) = self, values.count == 1 { values[0] } else { nil }
  }

  /// The whole number, where there is one and nothing else.
  package var integer: Int? {
    if case .integers(let values) = self, values.count == 1 { Int(values[0]) } else { nil }
  }

  /// The number, where there is one, whole or not, and nothing else.
  package var number: Double? {
    switch self {
    case .numbers(let values) where values.count == 1: values[0]
    case .integers(let values) where values.count == 1: Double(values[0])
    default: nil
    }
  }

  /// The truth value, where there is one and nothing else.
  package var flag: Bool? {
    if case .flags(let values) = self, values.count == 1 { values[0] } else { nil }
  }
}
