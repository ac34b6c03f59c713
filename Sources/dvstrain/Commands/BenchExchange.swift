import MPI
import Terminal

/// The times of what ranks exchange in a step.
struct BenchExchange: Encodable {
  let ranks: Int
  let library: String
  let gradientBytes: Int
  let gradientSeconds: Double
  /// The time of a sum of 8 bytes, which is that of the network's latency.
  let latencySeconds: Double

  /// Times sums over the ranks; all ranks call it.
  ///
  /// - Parameters:
  ///   - ranks: The ranks.
  ///   - parameterCount: The number of the network's parameters.
  /// - Throws: An error if a rank cannot be reached.
  init(of ranks: MPIRanks, parameterCount: Int) throws {
    let benchmark = RankBenchmark(ranks)
    func seconds(_ byteCount: Int) throws -> Double {
      try benchmark.seconds(summing: byteCount, repetitions: 20) { _ = try ranks.maximum(0) }
    }
    self.ranks = ranks.count
    library = ranks.libraryVersion
    gradientBytes = 4 * parameterCount
    gradientSeconds = try seconds(gradientBytes)
    latencySeconds = try seconds(8)
  }

  /// A line for people.
  var text: String {
    "exchange   gradients of \(byteCountText(Double(gradientBytes))) summed over "
      + "\(counted(ranks, "rank")) in \(decimalText(gradientSeconds * 1e3, digits: 2)) ms, 8 bytes in "
      + "\(decimalText(latencySeconds * 1e6, digits: 0)) µs"
  }
}
