/// How far a long piece of work is.
public struct WorkProgress: Equatable, Sendable {
  /// What is being done.
  public enum Stage: String, Sendable {
    /// Recordings are made.
    case synth
    /// Recordings are read and checked.
    case scan
    /// A cache is read through the HDF5 library.
    case read
    /// Frames are counted, compressed and written.
    case frames
    /// The cache is read back and checked.
    case verify
    /// The cache is read for its statistics.
    case inspect
  }

  /// What is being done.
  public var stage: Stage
  /// How much of it is done, in ``unit``.
  public var completedCount: Int
  /// How much there is to do.
  public var totalCount: Int

  /// Describes a state of the work.
  public init(stage: Stage, completedCount: Int, totalCount: Int) {
    self.stage = stage
    self.completedCount = completedCount
    self.totalCount = totalCount
  }

  /// What is counted.
  public var unit: String {
    switch stage {
    case .synth: "recordings"
    case .scan: "bytes"
    case .read, .frames, .verify, .inspect: "samples"
    }
  }
}
