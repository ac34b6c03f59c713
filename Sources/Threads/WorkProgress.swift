/// The progress of a long operation.
public struct WorkProgress: Equatable, Sendable {
  /// The part of the work that is running.
  public enum Stage: String, Sendable {
    /// Recordings are generated.
    case synth
    /// Recordings are read and validated.
    case scan
    /// A cache is read with the HDF5 library.
    case read
    /// Frames are counted, compressed and written.
    case frames
    /// The cache is read again and verified.
    case verify
    /// The cache is read for its statistics.
    case inspect
    /// Samples are written as files of another program.
    case export
  }

  /// The part of the work that is running.
  public var stage: Stage
  /// The completed amount of the stage, in ``unit``.
  public var completedCount: Int
  /// The total amount of the stage, in ``unit``.
  public var totalCount: Int

  /// Creates a description of the progress.
  public init(stage: Stage, completedCount: Int, totalCount: Int) {
    self.stage = stage
    self.completedCount = completedCount
    self.totalCount = totalCount
  }

  /// The unit of the counts, in plural, as in `samples`.
  public var unit: String {
    switch stage {
    case .synth: "recordings"
    case .scan: "bytes"
    case .read, .frames, .verify, .inspect, .export: "samples"
    }
  }
}
