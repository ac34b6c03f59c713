/// Why ranks cannot work together.
package struct MPIError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What happened, and how to fix it.
  package let description: String

  init(_ description: String) { self.description = description }
}
