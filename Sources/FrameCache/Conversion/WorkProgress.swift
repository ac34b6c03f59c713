/// How far a long piece of work is.
public struct WorkProgress: Equatable, Sendable {
  /// What is being done.
  public enum Stage: String, Sendable {
    /// Recordings are made.
    case synth
    /// Recordings are read and checked.
    case scan
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
    case .frames, .verify, .inspect: "samples"
    }
  }
}

/// How a long piece of work tells of itself, and is told to stop.
public struct WorkObserver: Sendable {
  /// Gets each step; may be called on any thread, one call at a time.
  public let onProgress: @Sendable (WorkProgress) -> Void
  /// Says whether the work is to end early; it is asked often and must be cheap.
  public let isCancelled: @Sendable () -> Bool

  /// Makes an observer.
  public init(
    onProgress: @escaping @Sendable (WorkProgress) -> Void = { _ in },
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) {
    self.onProgress = onProgress
    self.isCancelled = isCancelled
  }
}

/// Seconds that the stages of a conversion took, summed over the threads that worked on them.
public struct StageSeconds: Equatable, Sendable {
  /// Bringing recordings into memory, in both passes.
  public var read = 0.0
  /// Hashing recordings.
  public var hash = 0.0
  /// Checking packets and finding the events of each window.
  public var parse = 0.0
  /// Counting events into frames.
  public var count = 0.0
  /// Compressing chunks.
  public var compress = 0.0
  /// Writing the cache, and making sure that it is on the disk.
  public var write = 0.0
  /// Reading the cache back and checking it.
  public var verify = 0.0

  /// Nothing measured yet.
  public init() {}

  mutating func add(_ other: StageSeconds) {
    read += other.read
    hash += other.hash
    parse += other.parse
    count += other.count
    compress += other.compress
    write += other.write
    verify += other.verify
  }
}

extension ContinuousClock {
  /// Seconds since an instant.
  func seconds(since instant: Instant) -> Double { Double((now - instant).nanoseconds) * 1e-9 }
}
