public import EventData
public import FileAccess
internal import Threads

/// The result of one pass over a valid recording: its statistics, and the events in each window.
public struct RecordingScan: Sendable {
  /// The recording's text header.
  public let header: RecordingHeader

  /// Counts and times of packets and events.
  public let statistics: RecordingStatistics

  /// The events in each window, in the order of the windows given.
  public let tallies: [WindowTally]

  /// The windows without events that have some before preprocessing, by index.
  public let emptiedWindows: Set<Int>

  /// The recording's size in bytes.
  public let byteCount: Int

  /// Size and modification time of the recording's file; `nil` for a member of an archive.
  public let identity: FileIdentity?

  /// The XXH3 hash of the recording's bytes; `nil` for a member of an archive, which has a hash of
  /// its own.
  public let contentHash: UInt64?

  /// Nanoseconds spent waiting for the file.
  package let readNanoseconds: Int64

  /// Nanoseconds spent hashing.
  package let hashNanoseconds: Int64

  /// Seconds spent checking packets and events.
  package let parseSeconds: Double

  /// Reads the whole recording.
  ///
  /// - Parameters:
  ///   - recording: The recording.
  ///   - shape: Its sensor.
  ///   - windows: Half-open windows in microseconds; they may overlap, in any order.
  ///   - invalidEvents: Whether events marked as invalid count.
  ///   - preprocessing: What is done to the sensor's events before they count. Filters of times
  ///     take a second pass over the windows.
  ///   - onProgress: Receives the number of bytes read since the last call; an error it throws ends
  ///     the pass.
  /// - Throws: ``EventData/DataSetError`` for the first defect, with its byte offset.
  /// - Complexity: O(events); memory does not depend on the recording's size.
  public init(
    of recording: borrowing RecordingContents, on shape: FrameShape, windows: [Range<Int64>],
    invalidEvents: InvalidEventPolicy = .keep, preprocessing: Preprocessing? = nil,
    onProgress: (Int) throws(DataSetError) -> Void = { _ in }
  ) throws(DataSetError) {
    let clock = ContinuousClock()
    let begin = clock.now
    let header = try recording.loadedHeader()
    let filter = EventFilter(shape, invalidEvents, preprocessing)
    let timeFilter = EventTimeFilter(preprocessing, shape)
    var tallies = WindowTallies(windows, filter, countsCropped: timeFilter != nil)
    var pieceNumber = 0
    var hash = ContentHash()
    var hashNanoseconds: Int64 = 0
    let isFile = recording.identity != nil
    try recording.withBytes { bytes throws(DataSetError) in
      if isFile { hash.update(bytes.extracting(0..<header.byteCount)) }
    }
    let pass = try RecordingPass(
      over: recording, after: header, on: shape,
      onBlock: { block throws(DataSetError) in
        let hashBegin = clock.now
        if isFile { hash.update(block) }
        hashNanoseconds += (clock.now - hashBegin).nanoseconds
        try onProgress(block.byteCount)
      },
      { piece, events, summary throws(DataSetError) in
        tallies.add(events, summary, of: piece, number: pieceNumber)
        pieceNumber += 1
      })
    self.header = header
    statistics = pass.statistics
    let counted =
      if let timeFilter {
        try tallies.filtered(by: timeFilter, in: recording)
      } else {
        tallies.tallies
      }
    self.tallies = counted
    emptiedWindows = Set(
      windows.indices.filter { counted[$0].eventCount == 0 && tallies.hasEvents(in: $0) })
    readNanoseconds = pass.readNanoseconds
    self.hashNanoseconds = hashNanoseconds
    parseSeconds =
      clock.seconds(since: begin) - Double(readNanoseconds + hashNanoseconds) * 1e-9
    byteCount = recording.byteCount
    identity = recording.identity
    contentHash = isFile ? hash.value : nil
  }
}

/// Adds events to the windows that contain them.
private struct WindowTallies {
  private(set) var tallies: [WindowTally]
  /// Whether each window has events, of which preprocessing may leave out all.
  private var areReached: [Bool]

  private let windows: [Range<Int64>]
  private let filter: EventFilter
  /// Whether events outside the kept area count: to a filter of times they matter.
  private let countsCropped: Bool
  /// Window indices sorted by start, so that a binary search finds the windows near a time.
  private let byStart: [Int]
  private let longest: Int64

  init(_ windows: [Range<Int64>], _ filter: EventFilter, countsCropped: Bool) {
    self.windows = windows
    self.filter = filter
    self.countsCropped = countsCropped
    tallies = Array(repeating: WindowTally(), count: windows.count)
    areReached = Array(repeating: false, count: windows.count)
    byStart = windows.indices.sorted { windows[$0].lowerBound < windows[$1].lowerBound }
    longest = windows.map { $0.upperBound - $0.lowerBound }.max() ?? 0
  }

  mutating func add(
    _ events: borrowing PolarityEvents, _ summary: PolaritySummary, of piece: PacketWalk.Piece,
    number: Int
  ) {
    let isPlain = summary.backwardCount == 0 && filter.keepsAll(summary)
    // A window that overlaps the events starts no later than the last of them, and less than the
    // longest window before the first.
    let reach = summary.earliestMicroseconds - min(longest, summary.earliestMicroseconds)
    var position = firstPosition(startingAtOrAfter: reach)
    while position < byStart.count {
      let index = byStart[position]
      position += 1
      let window = windows[index]
      if window.lowerBound > summary.latestMicroseconds { break }
      if window.upperBound <= summary.earliestMicroseconds { continue }
      if isPlain && window.lowerBound <= summary.earliestMicroseconds
        && summary.latestMicroseconds < window.upperBound
      {
        tallies[index].add(events, summary, of: piece.packet)
        // Decoded pieces of a packet all have its bytes, which therefore do not name one.
        if !piece.isDecoded { tallies[index].noteWhole(piece.eventBytes, number: number) }
      } else {
        addEach(events, to: index, of: piece.packet)
      }
    }
  }

  private mutating func addEach(
    _ events: borrowing PolarityEvents, to index: Int, of packet: EventPacket
  ) {
    let window = windows[index]
    let (filter, countsCropped) = (filter, countsCropped)
    var isReached = false
    tallies[index].add(events, of: packet) { event in
      guard window.contains(event.timestampMicroseconds), filter.accepts(event) else {
        return false
      }
      isReached = true
      return filter.readsPixel(of: event) && (countsCropped || filter.cell(of: event) != nil)
    }
    if isReached { areReached[index] = true }
  }

  /// Whether a window has events before preprocessing.
  func hasEvents(in window: Int) -> Bool {
    areReached[window] || tallies[window].eventCount > 0
  }

  /// The tallies of the events that a filter of times keeps, from another pass over each window.
  func filtered(
    by timeFilter: EventTimeFilter, in recording: borrowing RecordingContents
  ) throws(DataSetError) -> [WindowTally] {
    var result: [WindowTally] = []
    for (window, tally) in zip(windows, tallies) {
      var timeFilter = timeFilter
      var filtered = WindowTally(noEventsOf: tally)
      _ = try PacketWalk.run(
        over: tally.packetBytes, of: recording, source: tally.source, from: tally.decoderState,
        onBlock: { _ throws(DataSetError) in },
        { piece, events throws(DataSetError) in
          guard piece.isPolarity else { return }
          filtered.add(events, of: nil) { event in
            window.contains(event.timestampMicroseconds) && filter.reads(event)
              && timeFilter.keeps(event) && filter.cell(of: event) != nil
          }
        })
      result.append(filtered)
    }
    return result
  }

  private func firstPosition(startingAtOrAfter time: Int64) -> Int {
    var low = 0
    var high = byStart.count
    while low < high {
      let middle = (low + high) / 2
      if windows[byStart[middle]].lowerBound < time { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
