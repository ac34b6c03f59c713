import ArgumentParser

/// The value of an option that has a default, and whether it was given.
struct DefaultedOption<Value: ExpressibleByArgument & Sendable>: ExpressibleByArgument, Sendable {
  let value: Value
  let isGiven: Bool

  /// The value where the option is not given.
  init(default value: Value) {
    self.value = value
    isGiven = false
  }

  init?(argument: String) {
    guard let value = Value(argument: argument) else { return nil }
    self.value = value
    isGiven = true
  }

  var defaultValueDescription: String { value.defaultValueDescription }

  static var allValueStrings: [String] { Value.allValueStrings }

  static var defaultCompletionKind: CompletionKind { Value.defaultCompletionKind }
}
