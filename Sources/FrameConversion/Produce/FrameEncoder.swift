internal import EventData
internal import EventFrames
internal import FrameCache
internal import Threads

/// The compressed frames of a sample.
struct EncodedFrames: Sendable {
  /// Number and times of the frames.
  let counted: FrameCounter.Result
  /// The bytes of the chunk; `nil` when a count did not fit the element type.
  let chunk: [UInt8]?
  let stageSeconds: StageSeconds

  /// Approximate memory use.
  var byteCount: Int {
    (chunk?.count ?? 0) + MemoryLayout<Int64>.size * 2 * counted.frameStarts.count
  }
}

/// Makes the frames of samples from their recordings; each thread has its own.
final class FrameEncoder: @unchecked Sendable {
  // Safe: each encoder is used by a single thread.
  private var counter: FrameCounter
  private var encoder: ChunkEncoder
  private let elementType: ElementType
  private let elementCount: Int
  private let split: FrameSplit

  /// Makes a workspace.
  ///
  /// - Parameters:
  ///   - sensor: The sensor; without preprocessing, also the size of a frame.
  ///   - settings: How frames are made.
  ///   - frameCount: T, the frames of every sample, padding included.
  ///   - elementType: The stored type of a count.
  init(
    _ sensor: FrameShape, _ settings: CacheSettings, frameCount: Int, _ elementType: ElementType
  ) {
    counter = FrameCounter(
      sensor, invalidEvents: settings.invalidEvents, preprocessing: settings.preprocessing,
      as: elementType == .uint8 ? .uint8 : .uint16, minimumFrameCount: frameCount)
    self.elementType = elementType
    elementCount = frameCount * settings.frameShape(on: sensor).cellCount
    encoder = ChunkEncoder(
      elementType: elementType, elementCount: elementCount, level: settings.compressionLevel)
    split = settings.split
  }

  /// Counts and compresses the frames of a sample.
  ///
  /// - Parameters:
  ///   - window: The times of its events, in microseconds.
  ///   - tally: The events of the window, from the scan of the recording.
  ///   - recording: The recording.
  /// - Throws: ``EventData/DataSetError`` when the recording has changed since it was scanned.
  func encode(
    _ window: Range<Int64>, _ tally: WindowTally, from recording: borrowing RecordingContents
  ) throws(DataSetError) -> EncodedFrames {
    let clock = ContinuousClock()
    let begin = clock.now
    let counted = try counter.count(recording, window: window, tally: tally, split: split)
    var stageSeconds = StageSeconds()
    stageSeconds.read = Double(counted.readNanoseconds) * 1e-9
    stageSeconds.count = clock.seconds(since: begin) - stageSeconds.read
    let compressBegin = clock.now
    let chunk =
      switch elementType {
      case .uint8: counter.byteCounts.map { encoder.encode(bytes: $0.prefix(elementCount)) }
      case .uint16: encoder.encode(counter.counts.prefix(elementCount))
      }
    stageSeconds.compress = clock.seconds(since: compressBegin)
    return EncodedFrames(counted: counted, chunk: chunk, stageSeconds: stageSeconds)
  }
}
