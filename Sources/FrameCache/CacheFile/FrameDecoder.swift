internal import EventData
internal import FileAccess

/// Decodes frames of a cache; each thread needs its own.
public struct FrameDecoder: ~Copyable {
  private let cache: FrameCache
  private var decoder: ChunkDecoder

  /// Creates a decoder for a cache.
  ///
  /// - Parameters:
  ///   - cache: The cache.
  ///   - checksContent: Whether the checksum of a chunk's decompressed content is verified, too. It
  ///     detects only damage from before the chunk was written; the chunk's own checksum detects
  ///     the rest.
  public init(_ cache: FrameCache, checksContent: Bool = true) {
    self.cache = cache
    decoder = ChunkDecoder(
      elementType: cache.elementType, elementCount: cache.sampleCellCount,
      checksContent: checksContent)
  }

  /// Decodes the frames of a sample, `[T, 2, H, W]` row-major, including padding.
  ///
  /// - Parameters:
  ///   - sample: The sample's index.
  ///   - counts: Receives the frames; an array of the right size is reused.
  /// - Throws: ``FrameCacheError`` with code `chunk`, and the sample's name, when the chunk is
  ///   damaged or cannot be read.
  public mutating func decode(
    _ sample: SampleIndex, into counts: inout [UInt16]
  ) throws(FrameCacheError) {
    let chunk = try populatedChunk(of: sample)
    try Self.read(chunk, of: sample, in: cache) { decoder.decode($0, into: &counts) }
  }

  /// Decodes the frames of a sample, `[T, 2, H, W]` row-major, directly into the caller's memory,
  /// including padding.
  ///
  /// - Parameters:
  ///   - sample: The sample's index.
  ///   - counts: Exactly the memory of the frames; its content is undefined after an error.
  /// - Throws: ``FrameCacheError`` with code `chunk`, and the sample's name, when the chunk is
  ///   damaged or cannot be read.
  public mutating func decode(
    _ sample: SampleIndex, into counts: inout MutableSpan<UInt16>
  ) throws(FrameCacheError) {
    let chunk = try populatedChunk(of: sample)
    try Self.read(chunk, of: sample, in: cache) { decoder.decode($0, into: &counts) }
  }

  /// Decodes the frames of a sample, `[T, 2, H, W]` row-major, as float32, including padding.
  ///
  /// - Parameters:
  ///   - sample: The sample's index.
  ///   - counts: Exactly the memory of the frames; its content is undefined after an error.
  /// - Throws: ``FrameCacheError`` with code `chunk`, and the sample's name, when the chunk is
  ///   damaged or cannot be read.
  package mutating func decode(
    _ sample: SampleIndex, into counts: inout MutableSpan<Float>
  ) throws(FrameCacheError) {
    let chunk = try populatedChunk(of: sample)
    try Self.read(chunk, of: sample, in: cache) { decoder.decode($0, into: &counts) }
  }

  /// Decodes the frames of a sample directly into the caller's memory, without a copy, from a cache
  /// that stores bytes.
  ///
  /// - Parameters:
  ///   - sample: The sample's index.
  ///   - counts: Exactly the memory of the frames; its content is undefined after an error.
  /// - Throws: ``FrameCacheError`` with code `chunk`, and the sample's name, when the chunk is
  ///   damaged or cannot be read.
  public mutating func decode(
    _ sample: SampleIndex, into counts: inout MutableSpan<UInt8>
  ) throws(FrameCacheError) {
    let chunk = try populatedChunk(of: sample)
    try Self.read(chunk, of: sample, in: cache) { decoder.decode($0, into: &counts) }
  }

  /// Decodes the frames of a sample into raw memory, as a type that holds the cache's counts.
  ///
  /// - Parameter memory: Room for the frames, aligned for their type.
  /// - Throws: As the other methods; ``FrameCacheError`` with code `content` when the counts do not
  ///   fit the type, or the memory is too small or not aligned.
  package mutating func decode(
    _ sample: SampleIndex, as type: BatchElementType, into memory: UnsafeMutableRawBufferPointer
  ) throws(FrameCacheError) {
    try type.require(cache)
    try unsafe type.require(
      cache.sampleCellCount * type.byteCount, of: memory, for: "a sample", cache.path)
    // Safe: one row, which fits.
    try unsafe BatchRows(memory, type, cache.sampleCellCount).decode(sample, row: 0, with: &self)
  }

  private func populatedChunk(of sample: SampleIndex) throws(FrameCacheError) -> Range<Int> {
    try Self.requireMemory(for: cache)
    guard let chunks = cache.chunks[sample.split], chunks.indices.contains(sample.number) else {
      preconditionFailure("no sample \(sample)")
    }
    let chunk = chunks[sample.number]
    do throws(FileError) { try cache.file.populate(chunk) } catch {
      throw FrameCacheError(
        .chunk, cache.path, cache.location(of: sample), error.detail, cause: error)
    }
    return chunk
  }

  /// Throws if decoding a sample takes more than half of the machine's memory.
  package static func requireMemory(for cache: FrameCache) throws(FrameCacheError) {
    let needed = ThreadBudget.byteCountPerThread(cellCount: cache.sampleCellCount)
    // Every machine has this much memory, so the usual case needs no system call.
    guard needed > alwaysAffordableByteCount else { return }
    let available = MachineMemory.byteCount / 2
    guard needed <= available else {
      throw FrameCacheError(
        .content, cache.path, "",
        "a sample of \(cache.frameCount) frames of \(cache.frameShape) pixels needs \(needed) bytes of memory to be decoded, "
          + "and only \(available), half of the machine's, are available")
    }
  }

  private static let alwaysAffordableByteCount = 16 << 20

  /// Calls `decode` with the bytes of a sample's chunk.
  ///
  /// - Parameter decode: Returns what is wrong with the chunk; `nil` if it is valid.
  /// - Throws: ``FrameCacheError`` with code `chunk` when the chunk is damaged, with a note if the
  ///   file has changed since it was opened; or when the file has shrunk and lost the chunk.
  private static func read(
    _ chunk: Range<Int>, of sample: SampleIndex, in cache: FrameCache,
    _ decode: (RawSpan) -> String?
  ) throws(FrameCacheError) {
    let defect: String?
    do throws(FileError) {
      defect = try cache.file.withBytes { bytes throws(FileError) in
        decode(bytes.extracting(chunk))
      }
    } catch {
      throw FrameCacheError(
        .chunk, cache.path, cache.location(of: sample), error.detail, cause: error)
    }
    guard let defect else { return }
    throw FrameCacheError(
      .chunk, cache.path, cache.location(of: sample),
      cache.file.isUnchanged() ? defect : "\(defect): the file has changed since it was opened")
  }
}
