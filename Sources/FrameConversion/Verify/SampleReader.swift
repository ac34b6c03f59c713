internal import EventData
internal import FrameCache

/// Decodes samples in the type that the cache stores, and compares them with their records; each
/// thread needs its own.
struct SampleReader: ~Copyable {
  private let cache: FrameCache
  private var decoder: FrameDecoder
  // Only the one of the cache's type has memory.
  private var bytes: [UInt8] = []
  private var words: [UInt16] = []

  init(_ cache: FrameCache) {
    self.cache = cache
    decoder = FrameDecoder(cache)
  }

  /// Decodes a sample.
  ///
  /// - Throws: ``FrameCacheError`` with code `chunk` when the chunk is damaged.
  mutating func read(_ sample: SampleIndex) throws(FrameCacheError) {
    switch cache.elementType {
    case .uint8:
      // Moved out while it is filled: the compiler allows only one exclusive access to the reader.
      var bytes = bytes
      self.bytes = []
      defer { self.bytes = bytes }
      if bytes.isEmpty { bytes = Array(repeating: 0, count: cache.sampleCellCount) }
      var span = bytes.mutableSpan
      try decoder.decode(sample, into: &span)
    case .uint16: try decoder.decode(sample, into: &words)
    }
  }

  /// The counts of the sample, `[T, 2, H, W]`; copied if the cache stores bytes.
  var counts: [UInt16] {
    switch cache.elementType {
    case .uint8: bytes.map(UInt16.init)
    case .uint16: words
    }
  }

  /// The first contradiction between the sample's frames and its record.
  func defect(of record: SampleRecord) -> String? {
    let cellCount = cache.frameShape.cellCount
    let fixedFrameCount = cache.settings.split.fixedFrameCount
    return switch cache.elementType {
    case .uint8:
      record.defect(fixedFrameCount: fixedFrameCount) { frame in
        var sum: UInt64 = 0
        for index in frame * cellCount..<(frame + 1) * cellCount { sum &+= UInt64(bytes[index]) }
        return sum
      }
    case .uint16:
      record.defect(fixedFrameCount: fixedFrameCount) { frame in
        var sum: UInt64 = 0
        for index in frame * cellCount..<(frame + 1) * cellCount { sum &+= UInt64(words[index]) }
        return sum
      }
    }
  }
}

extension SampleRecord {
  /// The first contradiction between a sample's frames and its record.
  ///
  /// - Parameter eventCount: The sum of a frame's counts.
  fileprivate func defect(
    fixedFrameCount: Int?, eventCount frameEventCount: (_ frame: Int) -> UInt64
  ) -> String? {
    if let fixedFrameCount, Int(frameCount) != fixedFrameCount {
      return "\(fixedFrameCount) frames expected, \(frameCount) found"
    }
    if !recording.isEmpty && name != recording && !name.hasPrefix(recording + "_") {
      return "the name does not begin with the recording, \(recording)"
    }
    var total: UInt64 = 0
    for frame in frameStartMicroseconds.indices {
      let sum = frameEventCount(frame)
      total += sum
      let start = frameStartMicroseconds[frame]
      let end = frameEndMicroseconds[frame]
      if sum == 0 {
        if start != -1 || end != -1 { return "frame \(frame) has times but no events" }
      } else if frame >= frameCount {
        return "frame \(frame) is padding, but has events"
      } else if start > end || !windowMicroseconds.contains(start)
        || !windowMicroseconds.contains(end)
      {
        return "frame \(frame) is from \(start) to \(end) µs, outside the window"
      }
    }
    return total == UInt64(eventCount)
      ? nil : "\(eventCount) events expected in the frames, \(total) found"
  }
}
