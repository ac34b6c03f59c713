/// What can exchange bytes with other ranks.
protocol PeerExchange: AnyObject, Sendable {
  /// Which of the ranks this process is, from 0.
  var rank: Int { get }
  /// The number of ranks.
  var count: Int { get }

  /// Sends bytes to another rank, and receives from it as many as fit; both ranks must call it.
  ///
  /// - Parameters:
  ///   - outgoing: The bytes to send.
  ///   - incoming: Receives the other rank's bytes; must not overlap the others.
  ///   - peer: The other rank.
  ///   - channel: Distinguishes exchanges that are under way at the same time, from 0.
  /// - Throws: ``MPIError`` if the other rank sends another number of bytes, or cannot be reached.
  @unsafe func exchange(
    _ outgoing: UnsafeRawBufferPointer, for incoming: UnsafeMutableRawBufferPointer,
    with peer: Int, channel: Int
  ) throws(MPIError)
}
