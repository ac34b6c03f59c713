internal import EventData
internal import FileAccess

extension FrameCache {
  /// The size of a sample's chunk in the file, in bytes.
  package func storedByteCount(of sample: SampleIndex) -> Int { chunkRange(of: sample).count }

  /// The bytes of a sample's chunk as they are stored, once their checksum has been verified.
  ///
  /// - Throws: ``FrameCacheError`` with code `chunk` when the checksum is wrong, or the file has
  ///   shrunk since it was opened.
  package func storedChunk(of sample: SampleIndex) throws(FrameCacheError) -> [UInt8] {
    let range = chunkRange(of: sample)
    var chunk: [UInt8] = []
    let defect: String?
    do throws(FileError) {
      try file.populate(range)
      defect = try file.withBytes { bytes throws(FileError) in
        let stored = bytes.extracting(range)
        chunk.reserveCapacity(range.count)
        unsafe stored.withUnsafeBytes { unsafe chunk.append(contentsOf: $0) }
        return ChunkDecoder.checksumDefect(of: stored)
      }
    } catch {
      throw FrameCacheError(.chunk, path, location(of: sample), error.detail, cause: error)
    }
    if let defect { throw FrameCacheError(.chunk, path, location(of: sample), defect) }
    return chunk
  }

  private func chunkRange(of sample: SampleIndex) -> Range<Int> {
    guard let chunks = chunks[sample.split], chunks.indices.contains(sample.number) else {
      preconditionFailure("no sample \(sample)")
    }
    return chunks[sample.number]
  }
}
