import Glibc
import Threads

@testable import MPI

/// Ranks that are threads of this process, for tests of what they compute.
@safe final class LocalRanks: Sendable {
  /// What is sent from one rank to another, in order.
  fileprivate final class Mail: @unchecked Sendable {
    private let lock = Lock()
    private var messages: [[UInt8]] = []

    func put(_ message: [UInt8]) {
      lock.withLock {
        messages.append(message)
        lock.wakeAll()
      }
    }

    func take() -> [UInt8] {
      lock.withLock {
        while messages.isEmpty { lock.wait() }
        return messages.removeFirst()
      }
    }
  }

  /// One of the ranks.
  @safe final class Rank: PeerExchange, Sendable {
    let rank: Int
    let count: Int
    // By channel, sender and receiver.
    private let mails: [[[Mail]]]

    fileprivate init(_ rank: Int, _ mails: [[[Mail]]]) {
      (self.rank, count, self.mails) = (rank, mails[0].count, mails)
    }

    @unsafe func exchange(
      _ outgoing: UnsafeRawBufferPointer, for incoming: UnsafeMutableRawBufferPointer,
      with peer: Int, channel: Int
    ) throws(MPIError) {
      mails[channel][rank][peer].put(unsafe Array(outgoing))
      let message = mails[channel][peer][rank].take()
      guard message.count == incoming.count else {
        throw MPIError("\(incoming.count) bytes expected, \(message.count) found")
      }
      unsafe incoming.copyBytes(from: message)
    }
  }

  /// Runs a body as each of some ranks at the same time, and returns what each returns.
  static func run<Result: Sendable>(
    _ count: Int, _ body: @escaping @Sendable (Rank) -> Result
  ) -> [Result] {
    let mails = (0..<2).map { _ in
      (0..<count).map { _ in (0..<count).map { _ in Mail() } }
    }
    let results = Results<Result>(count: count)
    let threads = ThreadGroup(count: count) { rank in results.set(rank, body(Rank(rank, mails))) }
    precondition(threads.count == count, "\(threads.count) threads started")
    threads.join()
    return results.all
  }

  private final class Results<Result: Sendable>: @unchecked Sendable {
    private let lock = Lock()
    private var values: [Result?]
    init(count: Int) { values = Array(repeating: nil, count: count) }
    func set(_ index: Int, _ value: Result) { lock.withLock { values[index] = value } }
    var all: [Result] { lock.withLock { values.compactMap { $0 } } }
  }
}
