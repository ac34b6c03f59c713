internal import HDF5Reading

/// The byte range of each sample's chunk in a cache, with every address checked.
///
/// It grows with each valid chunk, so that it never takes more memory than the file's index
/// justifies.
struct ChunkTable {
  /// The byte range of each sample's chunk in the file.
  private(set) var chunks: [Range<Int>] = []

  private let path: String
  private let chunkByteCounts: ClosedRange<Int>
  private let fileByteCount: Int
  private var totalByteCount = 0

  /// Creates an empty table.
  ///
  /// - Parameters:
  ///   - path: The dataset, for messages.
  ///   - chunkByteCounts: The valid sizes of a chunk.
  ///   - fileByteCount: The file's size.
  init(of path: String, chunkByteCounts: ClosedRange<Int>, fileByteCount: Int) {
    self.path = path
    self.chunkByteCounts = chunkByteCounts
    self.fileByteCount = fileByteCount
  }

  /// Checks the index entry of the next sample's chunk, and appends it.
  ///
  /// - Parameter location: The entry; `nil` if the chunk is missing.
  mutating func append(_ location: HDF5ChunkEntry?) throws(HDF5ReadingError) {
    guard let location else { throw failure("the chunk is missing") }
    guard location.skippedFilters == 0 else {
      throw failure("the chunk's filters were skipped")
    }
    guard chunkByteCounts.contains(Int(clamping: location.byteCount)) else {
      throw failure(
        "\(chunkByteCounts.lowerBound) to \(chunkByteCounts.upperBound) bytes expected, "
          + "\(location.byteCount) found")
    }
    let end = location.byteOffset.addingReportingOverflow(location.byteCount)
    guard !end.overflow, end.partialValue <= UInt64(fileByteCount) else {
      throw failure(
        "\(location.byteCount) bytes from byte \(location.byteOffset) on are outside the file "
          + "of \(fileByteCount) bytes")
    }
    // Both are at most the file's size.
    totalByteCount += Int(location.byteCount)
    guard totalByteCount <= fileByteCount else {
      throw failure(
        "the chunks up to this one take more than the \(fileByteCount) bytes of the file")
    }
    chunks.append(Int(location.byteOffset)..<Int(end.partialValue))
  }

  private func failure(_ detail: String) -> HDF5ReadingError {
    HDF5ReadingError(.damaged, "\(path), chunk of sample \(chunks.count)", detail)
  }
}
