internal import EventData
internal import FileAccess

extension FrameCache {
  /// The checksum of each sample's counts, in the order of ``samples``.
  ///
  /// It is the one that Zstandard stores at the end of a chunk, so it costs no decoding, and does
  /// not depend on the compression level.
  ///
  /// - Throws: ``FrameCacheError`` with code `chunk` when the file has shrunk since it was opened.
  package func contentChecksums() throws(FrameCacheError) -> [UInt32] {
    do throws(FileError) {
      return try file.withBytes { bytes throws(FileError) in
        DataSetSplit.allCases.flatMap { split in
          (chunks[split] ?? []).map { chunk in
            // Before the chunk's own checksum, which is that of the compressed bytes.
            let end = chunk.upperBound - 4
            return (0..<4).reduce(0) { sum, index in
              // Safe: a chunk has at least eight bytes in the file; any byte is valid.
              let byte = unsafe bytes.unsafeLoad(
                fromByteOffset: end - 4 + index, as: UInt8.self)
              return sum | UInt32(byte) << UInt32(8 * index)
            }
          }
        }
      }
    } catch {
      throw FrameCacheError(.chunk, path, "", error.detail, cause: error)
    }
  }
}
