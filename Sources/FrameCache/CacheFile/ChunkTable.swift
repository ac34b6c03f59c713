internal import HDF5

/// Where the chunk of each sample stands in a cache, every address checked.
struct ChunkTable {
  /// The chunk of each sample, as bytes of the file.
  let chunks: [Range<Int>]

  /// Checks what a file's index says.
  ///
  /// - Parameters:
  ///   - locations: What it says, in any order.
  ///   - path: The dataset, for messages.
  ///   - sampleCount: Samples, each of which must have its chunk.
  ///   - chunkByteCounts: The sizes that a chunk can have.
  ///   - fileByteCount: The file's size.
  init(
    _ locations: [HDF5ChunkLocation], of path: String, sampleCount: Int,
    chunkByteCounts: ClosedRange<Int>, fileByteCount: Int
  ) throws(HDF5Error) {
    var found = [Range<Int>?](repeating: nil, count: sampleCount)
    for location in locations {
      guard let number = location.firstElement.first, found.indices.contains(number),
        found[number] == nil, location.firstElement.dropFirst().allSatisfy({ $0 == 0 })
      else {
        throw HDF5Error(path, "a chunk at \(location.firstElement) is out of place")
      }
      let place = Self.place(path, number)
      guard location.skippedFilters == 0 else {
        throw HDF5Error(place, "the chunk says that filters were left out")
      }
      guard chunkByteCounts.contains(Int(clamping: location.byteCount)) else {
        throw HDF5Error(
          place,
          "\(chunkByteCounts.lowerBound) to \(chunkByteCounts.upperBound) bytes expected, "
            + "\(location.byteCount) found")
      }
      let end = location.byteOffset.addingReportingOverflow(location.byteCount)
      guard !end.overflow, end.partialValue <= UInt64(fileByteCount) else {
        throw HDF5Error(
          place,
          "\(location.byteCount) bytes from byte \(location.byteOffset) on lie outside the file "
            + "of \(fileByteCount) bytes")
      }
      found[number] = Int(location.byteOffset)..<Int(end.partialValue)
    }
    var chunks: [Range<Int>] = []
    for (number, chunk) in found.enumerated() {
      guard let chunk else {
        throw HDF5Error(Self.place(path, number), "the chunk is missing")
      }
      chunks.append(chunk)
    }
    self.chunks = chunks
  }

  private static func place(_ path: String, _ number: Int) -> String {
    "\(path), chunk of sample \(number)"
  }
}
