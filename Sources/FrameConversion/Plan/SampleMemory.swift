internal import EventData
internal import FrameCache
internal import SystemPackage

/// Whether samples fit in a cache and in this machine's memory.
enum SampleMemory {
  /// The requested number of threads, limited to those whose workspaces fit in memory.
  ///
  /// - Parameters:
  ///   - requested: The requested number.
  ///   - frameCount: T, the frames of every sample, padding included.
  ///   - shape: Width and height of a frame.
  ///   - destination: The cache, for messages.
  /// - Throws: ``FrameCacheError`` when a sample is too large.
  static func threadCount(
    requested: Int, frameCount: Int, _ shape: FrameShape, _ destination: FilePath
  ) throws(FrameCacheError) -> Int {
    guard frameCount <= CacheFormat.maximumFrameCount else {
      throw FrameCacheError(
        .content, destination, "",
        "at most \(CacheFormat.maximumFrameCount) frames expected, a sample has \(frameCount): "
          + "use fewer or longer frames")
    }
    let byteCount = frameCount.multipliedReportingOverflow(
      by: shape.cellCount * ElementType.uint16.byteCount)
    guard !byteCount.overflow, byteCount.partialValue <= CacheFormat.maximumChunkByteCount else {
      throw FrameCacheError(
        .content, destination, "",
        "\(frameCount) frames make samples of over 4 GiB, which a cache cannot hold: "
          + "use fewer or longer frames", cause: SampleTooLarge())
    }
    guard
      let threadCount = ThreadBudget.threadCount(
        requested: requested, cellCount: frameCount * shape.cellCount)
    else {
      throw FrameCacheError(
        .content, destination, "",
        "a sample of \(frameCount) frames needs "
          + "\(ThreadBudget.byteCountPerThread(cellCount: frameCount * shape.cellCount)) bytes of memory, more than "
          + "half of this machine's: use fewer or longer frames", cause: SampleTooLarge())
    }
    return threadCount
  }
}
