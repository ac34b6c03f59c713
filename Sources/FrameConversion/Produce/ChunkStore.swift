internal import FileAccess
internal import SystemPackage
internal import Threads

/// Chunks that wait until all samples of a cache are known: in memory, or in a file once there are
/// many.
final class ChunkStore: @unchecked Sendable {
  /// Where a chunk is.
  enum Location: Sendable {
    case memory([UInt8])
    case file(Range<Int64>)
  }

  private let destination: FilePath
  private let maximumByteCount: Int
  private let lock = Lock()
  // Guarded by `lock`.
  private var byteCount = 0
  private var file: ChunkFile?

  /// Creates an empty store.
  ///
  /// - Parameters:
  ///   - destination: The file is in the folder of this one, and has no name.
  ///   - maximumByteCount: The largest size of all chunks in memory.
  init(beside destination: FilePath, maximumByteCount: Int = 64 << 20) {
    self.destination = destination
    self.maximumByteCount = maximumByteCount
  }

  /// Whether little memory is left, so that further chunks would soon be in a file.
  var isNearlyFull: Bool { lock.withLock { byteCount > maximumByteCount / 8 * 7 } }

  /// Keeps a chunk.
  func put(_ chunk: [UInt8]) throws(FileError) -> Location {
    try lock.withLock { () throws(FileError) in
      if byteCount + chunk.count <= maximumByteCount {
        byteCount += chunk.count
        // A copy without the room that the compressor was given, which is many times as large.
        var exact: [UInt8] = []
        exact.reserveCapacity(chunk.count)
        exact.append(contentsOf: chunk)
        return .memory(exact)
      }
      if file == nil { file = try ChunkFile(beside: destination) }
      guard let range = try file?.append(chunk) else { preconditionFailure("just created") }
      return .file(range)
    }
  }

  /// The chunk that was put at a location.
  func chunk(at location: Location) throws(FileError) -> [UInt8] {
    switch location {
    case .memory(let chunk): return chunk
    case .file(let range):
      return try lock.withLock { () throws(FileError) in
        guard let chunk = try file?.read(range) else { preconditionFailure("no file") }
        return chunk
      }
    }
  }
}
