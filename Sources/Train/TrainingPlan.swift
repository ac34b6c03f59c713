/// What this library will do.
///
/// Nothing of it is there yet, and nothing pretends to be.
public enum TrainingPlan {
  /// The one line that `dvstrain` prints before it exits with code 1.
  public static let notice =
    "not built yet: will train the network of the PLIF paper from a frame cache made by dvsprep"
}
