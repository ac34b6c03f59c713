/// Which part of a cache a file contains, if several processes write one cache together.
public struct Shard: Equatable, Sendable {
  /// The part's number, from 0.
  public let number: Int
  /// Number of parts.
  public let count: Int

  /// Creates a shard.
  public init(number: Int, of count: Int) {
    precondition(count > 0 && (0..<count).contains(number), "part \(number) of \(count)")
    self.number = number
    self.count = count
  }

  /// The whole cache in one file.
  public static let whole = Shard(number: 0, of: 1)
}

extension Shard: CustomStringConvertible {
  /// As in `2 of 8`, from 1.
  public var description: String { "\(number + 1) of \(count)" }
}
