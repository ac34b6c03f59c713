internal import CLinux
internal import Glibc

/// The machines on which ranks run, and the processors that they may use there.
struct RankHosts: Equatable, Sendable {
  /// What one rank knows about itself.
  struct Entry: Equatable, Sendable {
    /// The name of its machine.
    let host: String
    /// The processors that it may use there, a bit each, of the first 1024.
    let processors: [UInt64]
  }

  /// Each rank's, in their order.
  let entries: [Entry]

  /// The numbers of an entry: 64 bytes of the name, as long as Linux allows, and 1024 bits.
  static let wordCount = 8 + 16

  /// The number of ranks on the machine of one of them.
  func count(besides rank: Int) -> Int {
    entries.filter { $0.host == entries[rank].host }.count
  }

  /// The number of processors on the machine of a rank that the ranks there may use together.
  func processorCount(at rank: Int) -> Int {
    let all = entries.filter { $0.host == entries[rank].host }
    return (0..<16).reduce(0) { sum, word in
      sum + all.reduce(0) { $0 | $1.processors[word] }.nonzeroBitCount
    }
  }

  /// The number of threads for a rank, if the ranks of its machine share the processors: at least
  /// 1.
  func threadCount(of rank: Int) -> Int {
    let own = entries[rank].processors.reduce(0) { $0 + $1.nonzeroBitCount }
    return max(1, min(own, processorCount(at: rank) / count(besides: rank)))
  }
}

extension RankHosts.Entry {
  /// The entry of this process.
  static var own: RankHosts.Entry {
    var name = [CChar](repeating: 0, count: 65)
    // Safe: one byte less than there is room is written.
    _ = unsafe gethostname(&name, name.count - 1)
    let bytes = name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    var processors = [UInt64](repeating: 0, count: 16)
    // Safe: as many words are written. If it fails, which it does for more processors, none is set.
    _ = unsafe CLinux_allowed_processors(&processors)
    return RankHosts.Entry(host: String(decoding: bytes, as: UTF8.self), processors: processors)
  }

  /// The entry as numbers, and back.
  var words: [Int] {
    var bytes = Array(host.utf8.prefix(64))
    bytes += Array(repeating: 0, count: 64 - bytes.count)
    let name = (0..<8).map { word in
      bytes[8 * word..<8 * word + 8].reversed().reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
    }
    return (name + processors).map { Int(bitPattern: UInt($0)) }
  }

  /// Reads an entry's numbers.
  init(_ words: ArraySlice<Int>) {
    let words = words.map { UInt64(UInt(bitPattern: $0)) }
    let bytes = words.prefix(8).flatMap { word in
      (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) }
    }
    host = String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    processors = Array(words.dropFirst(8))
  }
}
