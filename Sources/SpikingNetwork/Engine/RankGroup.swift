/// The processes that train one network together, called ranks, and which of them this one is.
///
/// Each rank takes a contiguous part of every batch: a branch of the tree in which an engine sums
/// over the samples (``SampleTree``). The rest of the tree are the sums of the ``reducer``. So the
/// order of all sums, and with it every bit, is the same for any number of ranks.
public struct RankGroup: Sendable {
  /// Which of the ranks this process is, from 0.
  public let rank: Int
  /// The number of ranks.
  public let count: Int
  /// Sums over all ranks as a balanced binary tree, in the order of the ranks.
  public let reducer: any Reducer

  /// A single process, which trains alone.
  public static let single = RankGroup(rank: 0, count: 1, reducer: SingleProcess())

  /// Describes a group.
  ///
  /// - Parameters:
  ///   - rank: Which of the ranks this process is, from 0.
  ///   - count: The number of ranks.
  ///   - reducer: Sums over all ranks as ((0 + 1) + (2 + 3)) + …
  public init(rank: Int, count: Int, reducer: any Reducer) {
    precondition((0..<count).contains(rank), "rank \(rank) of \(count)")
    self.rank = rank
    self.count = count
    self.reducer = reducer
  }

  /// Whether there is no other rank.
  public var isSingle: Bool { count == 1 }

  /// Whether this rank writes files and messages.
  public var isFirst: Bool { rank == 0 }

  /// The part of a batch that this rank takes; empty if the batch has fewer samples than ranks and
  /// others take them.
  ///
  /// The number of ranks must be a power of two, see ``refusal(ofBatchSize:)``.
  ///
  /// - Parameter sampleCount: The number of samples of the batch.
  public func part(of sampleCount: Int) -> Range<Int> {
    SampleTree.branch(rank, of: count, sampleCount: sampleCount)
  }

  /// The nearest numbers of ranks that can divide batches; `nil` if this one can, as a power of
  /// two.
  ///
  /// - Parameter count: A number of ranks, at least 1.
  public static func countsBeside(_ count: Int) -> (lower: Int, upper: Int)? {
    guard count & (count - 1) != 0 else { return nil }
    let lower = 1 << (Int.bitWidth - 1 - count.leadingZeroBitCount)
    return (lower, 2 * lower)
  }

  /// Why batches of a size cannot be divided among the ranks, and what could be; `nil` if they can.
  ///
  /// - Parameter batchSize: The number of samples of each batch, of all ranks together.
  public func refusal(ofBatchSize batchSize: Int) -> String? {
    if let (lower, upper) = Self.countsBeside(count) {
      return "\(count) ranks cannot divide batches so that results are those of one process: "
        + "1, 2, 4, 8, … ranks can; start \(lower) or \(upper)"
    }
    guard batchSize >= count else {
      return "-b \(batchSize) is fewer samples than the \(count) ranks, each of which takes a part "
        + "of every batch: choose -b \(count) or more, or fewer ranks"
    }
    return nil
  }
}
