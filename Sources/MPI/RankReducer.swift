internal import SpikingNetwork
internal import Threads

/// Sums numbers over ranks, in the order of ``TreeSum``.
///
/// May be called from any thread; all ranks make the same calls in the same order.
@safe final class RankReducer: Reducer, @unchecked Sendable {
  private let peers: any PeerExchange
  private let channel: Int
  /// Called with what went wrong, before memory that a transfer uses could be released.
  private let onFailure: @Sendable (MPIError) -> Never
  // A call at a time: guards the memory below.
  private let lock = Lock()
  private var scratch = unsafe UnsafeMutableRawBufferPointer(start: nil, count: 0)

  /// Makes a reducer.
  ///
  /// - Parameters:
  ///   - peers: The ranks.
  ///   - channel: Distinguishes its sums from those of other reducers at the same time.
  ///   - onFailure: Called when another rank cannot be reached.
  init(
    _ peers: any PeerExchange, channel: Int, onFailure: @escaping @Sendable (MPIError) -> Never
  ) {
    self.peers = peers
    self.channel = channel
    self.onFailure = onFailure
  }

  deinit {
    // Safe: no call is left that uses it.
    unsafe scratch.deallocate()
  }

  func sum(_ values: inout [Double]) { reduce(&values) { $0 += $1 } }
  func sum(_ values: inout [Float]) { reduce(&values) { $0 += $1 } }
  func sum(_ values: inout [Int]) { reduce(&values) { $0 &+= $1 } }

  /// Sums numbers of a type.
  @inline(__always) private func reduce<Number>(
    _ values: inout [Number], _ add: (inout Number, Number) -> Void
  ) {
    lock.withLock {
      let byteCount = values.count * MemoryLayout<Number>.stride
      if unsafe scratch.count < byteCount {
        unsafe scratch.deallocate()
        unsafe scratch = .allocate(byteCount: byteCount, alignment: 64)
      }
      // Safe: there is room for as many numbers, of types without references.
      let room = unsafe UnsafeMutableRawBufferPointer(rebasing: scratch[..<byteCount])
        .bindMemory(to: Number.self)
      unsafe values.withUnsafeMutableBufferPointer { values in
        do throws(MPIError) {
          try unsafe TreeSum.sum(values, scratch: room, over: peers, channel: channel) {
            sums, more in
            for index in 0..<sums.count { unsafe add(&sums[index], more[index]) }
          }
        } catch {
          onFailure(error)
        }
      }
    }
  }
}
