internal import RandomStreams
package import SpikingNetwork
internal import Threads

/// Checks and times the sums over ranks; all ranks make the same calls.
package struct RankBenchmark {
  private let reducer: any Reducer
  private let rank: Int
  private let count: Int

  /// Prepares to check the sums of ranks.
  package init(_ ranks: MPIRanks) { self.init(ranks.reducer, rank: ranks.rank, count: ranks.count) }

  /// - Parameters:
  ///   - reducer: Sums over the ranks.
  ///   - rank: Which of the ranks this process is.
  ///   - count: The number of ranks.
  init(_ reducer: any Reducer, rank: Int, count: Int) {
    self.reducer = reducer
    self.rank = rank
    self.count = count
  }

  /// Whether the sums are those of the tree ((0 + 1) + (2 + 3)) + … on all ranks, bit for bit.
  ///
  /// Each rank sums random numbers of many magnitudes, knows the others', and compares.
  ///
  /// - Throws: ``EngineError`` if a rank cannot be reached.
  package func isExact() throws(EngineError) -> Bool {
    var differenceCount = 0
    // Alone and odd, whole and in halves.
    for valueCount in [1, 3, 1000, 4096, 8191, 8195] {
      func numbers(of rank: Int) -> [Double] {
        var words = SplitMix64(seed: UInt64(valueCount), key: [UInt64(rank)])
        return (0..<valueCount).map { _ in
          let exponent = words.integer(below: 40) - 20
          return Double(sign: .plus, exponent: exponent, significand: Double(words.uniform()) - 0.5)
        }
      }
      let all = (0..<count).map(numbers)
      var doubles = all[rank]
      try reducer.sum(&doubles)
      differenceCount += Self.differences(doubles, Self.tree(all[...])) { $0.bitPattern }
      let allFloats = all.map { $0.map { Float($0) } }
      var floats = allFloats[rank]
      try reducer.sum(&floats)
      differenceCount += Self.differences(floats, Self.tree(allFloats[...])) { $0.bitPattern }
      let allIntegers = all.map { $0.map { Int($0 * 0x1p30) } }
      var integers = allIntegers[rank]
      try reducer.sum(&integers)
      differenceCount += Self.differences(integers, Self.tree(allIntegers[...])) { $0 }
    }
    return try reducer.total(differenceCount) == 0
  }

  /// Times pairs of sums of 32-bit numbers.
  ///
  /// - Parameters:
  ///   - byteCount: The bytes of the numbers on each rank.
  ///   - repetitions: The number of timed pairs.
  ///   - beforeEach: Called before each pair, for what the ranks do together; its error ends the
  ///     measurement.
  /// - Returns: The seconds of one sum.
  /// - Throws: What `beforeEach` throws, or ``EngineError`` if a rank cannot be reached.
  package func seconds(
    summing byteCount: Int, repetitions: Int, beforeEach: () throws -> Void
  ) throws -> Double {
    var numbers = [Float](repeating: 0, count: byteCount / 4)
    var times: [Double] = []
    // The first sum reaches memory for the first time.
    for _ in 0...repetitions {
      try beforeEach()
      let start = ContinuousClock.now
      // Two: a rank that comes late finds what the others have sent, and they wait for it twice as
      // long, by turns.
      try reducer.sum(&numbers)
      try reducer.sum(&numbers)
      times.append(ContinuousClock().seconds(since: start) / 2)
    }
    return times.dropFirst().sorted()[repetitions / 2]
  }

  private static func tree<Number: AdditiveArithmetic>(_ numbers: ArraySlice<[Number]>) -> [Number]
  {
    guard let first = numbers.first, numbers.count > 1 else { return numbers.first ?? [] }
    let middle = numbers.startIndex + numbers.count / 2
    let (lower, upper) = (tree(numbers[..<middle]), tree(numbers[middle...]))
    return first.indices.map { lower[$0] + upper[$0] }
  }

  private static func differences<Number, Bits: Equatable>(
    _ found: [Number], _ expected: [Number], _ bits: (Number) -> Bits
  ) -> Int {
    found.count == expected.count
      ? zip(found, expected).count { bits($0) != bits($1) } : max(found.count, expected.count)
  }
}
