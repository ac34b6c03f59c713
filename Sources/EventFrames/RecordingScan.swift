public import EventData
public import FileAccess
internal import Threads

/// What one pass over a recording tells: whether it is sound, what it holds, and what each window
/// holds.
public struct RecordingScan: Sendable {
  /// The recording's text header.
  public let header: RecordingHeader

  /// Packets and events.
  public let statistics: RecordingStatistics

  /// What each window holds, in the order in which the windows were given.
  public let tallies: [WindowTally]

  /// The recording's size.
  public let byteCount: Int

  /// Size and time of the recording's file; `nil` for a member of an archive.
  public let identity: FileIdentity?

  /// The XXH3 hash of the recording's bytes.
  public let contentHash: UInt64

  /// Nanoseconds spent on waiting for the file.
  package let readNanoseconds: Int64

  /// Nanoseconds spent on the hash.
  package let hashNanoseconds: Int64

  /// Seconds spent on checking packets and events.
  package let parseSeconds: Double

  /// Reads the whole recording.
  ///
  /// - Parameters:
  ///   - recording: The recording.
  ///   - shape: Its sensor.
  ///   - windows: Windows in microseconds, without their ends; they may overlap and come in any
  ///     order.
  ///   - invalidEvents: Whether events marked as invalid count.
  ///   - onProgress: Gets the number of bytes read since the last call; what it throws ends the
  ///     pass.
  /// - Throws: ``DataSetError`` for the first defect, with its byte.
  /// - Complexity: O(events); memory does not depend on the recording's size.
  public init(
    of recording: borrowing RecordingContents, on shape: FrameShape, windows: [Range<Int64>],
    invalidEvents: InvalidEventPolicy = .keep,
    onProgress: (Int) throws(DataSetError) -> Void = { _ in }
  ) throws(DataSetError) {
    let clock = ContinuousClock()
    let begin = clock.now
    try recording.populate(0..<PacketWalk.blockByteCount)
    let header = try recording.withBytes { bytes throws(DataSetError) in
      try recording.format.header(of: bytes, recording.path)
    }
    var statistics = RecordingStatistics()
    var tallies = WindowTallies(
      windows, filter: EventFilter(shape: shape, invalidEvents: invalidEvents))
    var hash = ContentHash()
    var hashNanoseconds: Int64 = 0
    try recording.withBytes { bytes throws(DataSetError) in
      hash.update(bytes.extracting(0..<header.byteCount))
    }
    let readNanoseconds = try PacketWalk.run(
      over: header.byteCount..<recording.byteCount, of: recording,
      onBlock: { block throws(DataSetError) in
        let hashBegin = clock.now
        hash.update(block)
        hashNanoseconds += (clock.now - hashBegin).nanoseconds
        try onProgress(block.byteCount)
      },
      { piece, events throws(DataSetError) in
        guard piece.isPolarity else {
          statistics.add(piece.packet)
          return
        }
        let summary = events.summarized(on: shape)
        if piece.isFirst { statistics.add(piece.packet) }
        statistics.add(summary)
        tallies.add(events, summary, of: piece.packet)
      })
    self.header = header
    self.statistics = statistics
    self.tallies = tallies.tallies
    self.readNanoseconds = readNanoseconds
    self.hashNanoseconds = hashNanoseconds
    parseSeconds =
      clock.seconds(since: begin) - Double(readNanoseconds + hashNanoseconds) * 1e-9
    byteCount = recording.byteCount
    identity = recording.identity
    contentHash = hash.value
  }
}

/// Adds events to the windows that they lie in.
private struct WindowTallies {
  private(set) var tallies: [WindowTally]

  private let windows: [Range<Int64>]
  private let filter: EventFilter
  /// The windows by their start, so that those around a time are found without looking at all.
  private let byStart: [Int]
  private let longest: Int64

  init(_ windows: [Range<Int64>], filter: EventFilter) {
    self.windows = windows
    self.filter = filter
    tallies = Array(repeating: WindowTally(), count: windows.count)
    byStart = windows.indices.sorted { windows[$0].lowerBound < windows[$1].lowerBound }
    longest = windows.map { $0.upperBound - $0.lowerBound }.max() ?? 0
  }

  mutating func add(
    _ events: borrowing PolarityEvents, _ summary: PolaritySummary, of packet: EventPacket
  ) {
    let isPlain = summary.backwardCount == 0 && filter.keepsAll(summary)
    // A window that reaches the events starts before their end, and less than the longest before
    // them.
    let reach = summary.earliestMicroseconds - min(longest, summary.earliestMicroseconds)
    var place = firstPlace(startingAtOrAfter: reach)
    while place < byStart.count {
      let index = byStart[place]
      place += 1
      let window = windows[index]
      if window.lowerBound > summary.latestMicroseconds { break }
      if window.upperBound <= summary.earliestMicroseconds { continue }
      if isPlain && window.lowerBound <= summary.earliestMicroseconds
        && summary.latestMicroseconds < window.upperBound
      {
        tallies[index].add(
          count: summary.eventCount, first: summary.firstMicroseconds,
          last: summary.lastMicroseconds, of: packet)
      } else {
        addEach(events, to: index, of: packet)
      }
    }
  }

  private mutating func addEach(
    _ events: borrowing PolarityEvents, to index: Int, of packet: EventPacket
  ) {
    let window = windows[index]
    var count = 0
    var first: Int64 = 0
    var last: Int64 = 0
    events.forEach(in: 0..<events.count) { event in
      let time = event.timestampMicroseconds
      guard window.contains(time), filter.keeps(event) else { return }
      if count == 0 { first = time }
      last = time
      count += 1
    }
    if count > 0 { tallies[index].add(count: count, first: first, last: last, of: packet) }
  }

  private func firstPlace(startingAtOrAfter time: Int64) -> Int {
    var low = 0
    var high = byStart.count
    while low < high {
      let middle = (low + high) / 2
      if windows[byStart[middle]].lowerBound < time { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
