internal import FileAccess
internal import Synchronization
internal import ZipArchives

/// Inflaters that wait before packets of a recording, so that a pass over it can start there.
///
/// They are kept every eighth packet, and more rarely of a long recording.
final class InflationPoints: Sendable {
  /// Inflaters of the deflated arrays by `EventValue`; `nil` for arrays that are stored.
  typealias Inflaters = [MemberInflater?]

  private struct State {
    /// The number of packets from one point to the next.
    var distance = 8
    /// By the number of the packet before which they wait; they are only copied, never used.
    var inflaters: [Int: Inflaters] = [:]
  }

  private let state = Mutex(State())

  /// Maximum number of points, each with zlib's state for four arrays.
  static let maximumCount = 32

  /// The packets before which inflaters wait, for tests.
  var packets: [Int] { state.withLock { $0.inflaters.keys.sorted() } }

  /// Copies inflaters if a point before this packet is wanted.
  ///
  /// - Throws: ``FileContentError`` if there is not enough memory.
  func add(_ inflaters: Inflaters, before packet: Int) throws(FileContentError) {
    try state.withLock { state throws(FileContentError) in
      guard packet > 0, packet.isMultiple(of: state.distance), state.inflaters[packet] == nil else {
        return
      }
      state.inflaters[packet] = try Self.copies(of: inflaters)
      guard state.inflaters.count > Self.maximumCount else { return }
      let distance = 2 * state.distance
      state.distance = distance
      state.inflaters = state.inflaters.filter { $0.key.isMultiple(of: distance) }
    }
  }

  /// Copies of the inflaters that wait before a packet, or before the last one that precedes it.
  ///
  /// - Returns: `nil` if there are none; the start of the arrays is nearer then.
  /// - Throws: ``FileContentError`` if there is not enough memory.
  func inflaters(upTo packet: Int) throws(FileContentError) -> Inflaters? {
    try state.withLock { state throws(FileContentError) in
      guard let nearest = state.inflaters.keys.filter({ $0 <= packet }).max(),
        let inflaters = state.inflaters[nearest]
      else { return nil }
      return try Self.copies(of: inflaters)
    }
  }

  private static func copies(of inflaters: Inflaters) throws(FileContentError) -> Inflaters {
    var copies: Inflaters = []
    for inflater in inflaters {
      guard let inflater else {
        copies.append(nil)
        continue
      }
      copies.append(try MemberInflater(copying: inflater))
    }
    return copies
  }
}

/// The points of a recording, as long as they are used.
///
/// They live as long as a pass over it, and of the recording that was read last, until another is.
final class SharedInflationPoints: Sendable {
  private struct Reference { weak var points: InflationPoints? }

  private let own = Mutex(Reference())
  private static let latest = Mutex<InflationPoints?>(nil)

  /// The points, new ones if there are none any more.
  var points: InflationPoints {
    own.withLock { own in
      if let points = own.points { return points }
      let points = InflationPoints()
      own.points = points
      Self.latest.withLock { $0 = points }
      return points
    }
  }
}
