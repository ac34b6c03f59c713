/// A recording of the data set, named by subject and lighting.
package struct SyntheticTrial: Equatable, Hashable, Sendable {
  /// The number of the subject, 1 … 29.
  package let subject: Int

  /// The lighting under which the subject is recorded.
  package let lighting: SyntheticLighting

  /// The name of the recording's files without suffixes, for example `user07_fluorescent_led`.
  package var name: String {
    "user\(subject < 10 ? "0" : "")\(subject)_\(lighting.rawValue)"
  }
}
