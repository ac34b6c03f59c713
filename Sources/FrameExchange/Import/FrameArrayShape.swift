internal import EventData
internal import FrameCache
internal import NumPyFiles
internal import SystemPackage

/// The extents of the frames of one sample, `[frames, 2, H, W]`.
struct FrameArrayShape: Equatable {
  let frameCount: Int
  let shape: FrameShape

  /// Checks an array's extents.
  ///
  /// - Parameters:
  ///   - extents: The extents, without that of samples.
  ///   - path: The file, for messages.
  /// - Throws: ``FrameCacheError`` if they are not those of frames, or too large for a cache.
  init(_ extents: [Int], _ path: FilePath) throws(FrameCacheError) {
    let sides = FrameShape.sideLengths
    guard extents.count == 4, extents[1] == FrameShape.channelCount, sides.contains(extents[2]),
      sides.contains(extents[3])
    else {
      throw FrameCacheError(
        .source, path, "", "frames of shape [T, 2, height, width] expected, \(extents) found")
    }
    frameCount = extents[0]
    shape = FrameShape(width: extents[3], height: extents[2])
    let cellCount = frameCount.multipliedReportingOverflow(by: shape.cellCount)
    guard frameCount <= CacheFormat.maximumFrameCount else {
      throw FrameCacheError(
        .source, path, "",
        "at most \(CacheFormat.maximumFrameCount) frames of a sample expected, \(frameCount) found")
    }
    guard !cellCount.overflow,
      cellCount.partialValue <= CacheFormat.maximumChunkByteCount / 2
    else {
      throw FrameCacheError(
        .source, path, "", "samples of under 4 GiB expected, frames \(extents) found")
    }
  }
}
