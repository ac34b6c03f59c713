/// One recording of the data set: who, and in which light.
public struct SyntheticTrial: Equatable, Hashable, Sendable {
  /// Number of the subject, 1 … 29.
  public let subject: Int

  /// The light in which the subject was recorded.
  public let lighting: SyntheticLighting

  /// Name of the trial's files without their endings, for example `user07_fluorescent_led`.
  public var name: String {
    "user\(subject < 10 ? "0" : "")\(subject)_\(lighting.rawValue)"
  }
}
