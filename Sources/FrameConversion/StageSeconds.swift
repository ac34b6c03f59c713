/// Seconds spent in each stage of a conversion, summed over all threads.
public struct StageSeconds: Equatable, Sendable {
  /// Unpacking an archive, the first time.
  public var unpack = 0.0
  /// Reading recordings into memory, in both passes.
  public var read = 0.0
  /// Hashing recordings.
  public var hash = 0.0
  /// Checking packets and finding the events of each window.
  public var parse = 0.0
  /// Counting events into frames.
  public var count = 0.0
  /// Compressing chunks.
  public var compress = 0.0
  /// Writing the cache and flushing it to disk.
  public var write = 0.0
  /// Reading the cache back and checking it.
  public var verify = 0.0

  /// All stages at 0.
  public init() {}

  mutating func add(_ other: StageSeconds) {
    unpack += other.unpack
    read += other.read
    hash += other.hash
    parse += other.parse
    count += other.count
    compress += other.compress
    write += other.write
    verify += other.verify
  }
}
