/// One recording of the data set: who, and in which light.
package struct SyntheticTrial: Equatable, Hashable, Sendable {
  /// Number of the subject, 1 … 29.
  package let subject: Int

  /// The light in which the subject was recorded.
  package let lighting: SyntheticLighting

  /// Name of the trial's files without their endings, for example `user07_fluorescent_led`.
  package var name: String {
    "user\(subject < 10 ? "0" : "")\(subject)_\(lighting.rawValue)"
  }
}
