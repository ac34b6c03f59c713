package import SpikingNetwork
internal import Threads

/// Ranks that train one network together, as threads of this process.
///
/// Their sums are those that processes make: balanced binary trees in the order of the ranks. A
/// call that differs from the other ranks' ends the program.
package final class ThreadRanks: @unchecked Sendable {
  /// The number of ranks that take part in sums: the first of all; changed only while none waits.
  package var participantCount: Int

  private let count: Int
  private let lock = Lock()
  // Guarded by `lock`.
  private var contributions: [Int: any Sendable] = [:]
  private var sum: any Sendable = 0
  private var sumCount = 0
  private var isAbandoned = false

  package init(count: Int) {
    self.count = count
    participantCount = count
  }

  /// The group as one of the ranks sees it.
  package func group(rank: Int) -> RankGroup {
    RankGroup(rank: rank, count: count, reducer: ThreadReducer(rank: rank, ranks: self))
  }

  /// Runs a body on all ranks in parallel.
  ///
  /// As when a process ends, a rank that throws makes the sums of the others fail.
  ///
  /// - Returns: What the body returned or threw, by rank.
  package func run<Value: Sendable>(
    _ body: @escaping @Sendable (RankGroup) throws -> Value
  ) -> [Result<Value, any Error>] {
    let results = Results<Value>()
    forEachInParallel(count: count, threadCount: count) { (_, rank) throws(Never) in
      let result = Result { try body(self.group(rank: rank)) }
      if case .failure = result { self.abandon() }
      results.set(result, of: rank)
    }
    return results.all
  }

  /// Makes all sums fail from now on.
  package func abandon() {
    lock.withLock {
      isAbandoned = true
      lock.wakeAll()
    }
  }

  /// The sum over all ranks.
  fileprivate func sum<Element: AdditiveArithmetic & Sendable>(
    _ values: [Element], of rank: Int
  ) throws(EngineError) -> [Element] {
    precondition(rank < participantCount, "rank \(rank) takes no part")
    if participantCount == 1 { return values }
    let total: [Element]? = lock.withLock {
      if isAbandoned { return nil }
      precondition(contributions[rank] == nil, "rank \(rank) makes two sums at once")
      let number = sumCount
      contributions[rank] = values
      if contributions.count == participantCount {
        let all = (0..<participantCount).map { rank -> [Element] in
          guard let values = contributions[rank] as? [Element] else {
            preconditionFailure("rank \(rank) makes another sum")
          }
          return values
        }
        sum = Self.tree(all[...])
        contributions = [:]
        sumCount += 1
        lock.wakeAll()
      }
      while sumCount == number {
        if isAbandoned { return nil }
        lock.wait()
      }
      return sum as? [Element]
    }
    guard let total else { throw EngineError("another rank has ended") }
    return total
  }

  private static func tree<Element: AdditiveArithmetic>(_ parts: ArraySlice<[Element]>) -> [Element]
  {
    if parts.count == 1 { return parts[parts.startIndex] }
    let middle = parts.startIndex + parts.count / 2
    let (left, right) = (tree(parts[..<middle]), tree(parts[middle...]))
    precondition(left.count == right.count, "sums of \(left.count) and \(right.count) values")
    return zip(left, right).map { $0 + $1 }
  }
}

/// The reducer of one rank.
private struct ThreadReducer: Reducer {
  let rank: Int
  let ranks: ThreadRanks

  func sum(_ values: inout [Double]) throws(EngineError) {
    values = try ranks.sum(values, of: rank)
  }
  func sum(_ values: inout [Float]) throws(EngineError) {
    values = try ranks.sum(values, of: rank)
  }
  func sum(_ values: inout [Int]) throws(EngineError) {
    values = try ranks.sum(values, of: rank)
  }
}

/// Results that several threads write.
private final class Results<Value: Sendable>: @unchecked Sendable {
  private let lock = Lock()
  // Guarded by `lock`.
  private var values: [Int: Result<Value, any Error>] = [:]

  func set(_ value: Result<Value, any Error>, of rank: Int) {
    lock.withLock { values[rank] = value }
  }

  var all: [Result<Value, any Error>] {
    lock.withLock { values.sorted { $0.key < $1.key }.map(\.value) }
  }
}
