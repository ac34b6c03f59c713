public import EventData
internal import FileAccess

/// One pass over a valid recording, which hands out its events and collects their statistics.
public struct RecordingPass: Sendable {
  /// Counts and times of packets and events.
  public let statistics: RecordingStatistics

  /// Nanoseconds spent waiting for the file.
  let readNanoseconds: Int64

  /// Reads the whole recording.
  ///
  /// - Parameters:
  ///   - recording: The recording.
  ///   - header: Its header.
  ///   - sensor: The sensor; `nil` if it is not known yet: then no event counts as outside.
  ///   - body: Receives the polarity events of a packet, or of a part of one, and their summary, in
  ///     the order of the file; an error it throws ends the pass.
  /// - Throws: ``EventData/DataSetError`` for the first defect, with its byte offset.
  /// - Complexity: O(events); memory does not depend on the recording's size.
  public init(
    over recording: borrowing RecordingContents, after header: RecordingHeader,
    on sensor: FrameShape?,
    _ body: (borrowing PolarityEvents, PolaritySummary) throws(DataSetError) -> Void
  ) throws(DataSetError) {
    let largest = FrameShape.sideLengths.upperBound
    try self.init(
      over: recording, after: header,
      on: sensor ?? FrameShape(width: largest, height: largest),
      onBlock: { _ throws(DataSetError) in },
      { _, events, summary throws(DataSetError) in try body(events, summary) })
  }

  /// As above, with what concerns the bytes.
  ///
  /// - Parameters:
  ///   - onBlock: Receives each block of the recording after its header once, in order, as it is
  ///     loaded.
  ///   - body: Also receives which part of the recording the events are of.
  init(
    over recording: borrowing RecordingContents, after header: RecordingHeader,
    on sensor: FrameShape, onBlock: (RawSpan) throws(DataSetError) -> Void,
    _ body: (PacketWalk.Piece, borrowing PolarityEvents, PolaritySummary) throws(DataSetError) ->
      Void
  ) throws(DataSetError) {
    var statistics = RecordingStatistics()
    let findings = try PacketWalk.run(
      over: header.byteCount..<recording.byteCount, of: recording, source: header.source?.number,
      onBlock: onBlock,
      { piece, events throws(DataSetError) in
        guard piece.isPolarity else {
          statistics.add(piece.packet)
          return
        }
        let summary = events.summarized(on: sensor)
        if piece.isFirst { statistics.add(piece.packet) }
        if piece.isDecoded { statistics.addDecoded(events.count) }
        statistics.add(events, summary)
        try body(piece, events, summary)
      })
    statistics.addLeftOut(findings.leftOutCounts.values.reduce(0, +))
    let leftOutWarning = header.source?.warning(leftOut: findings.leftOutCounts)
    statistics.add(
      oddities: header.oddities + findings.oddities + (leftOutWarning.map { [$0] } ?? []))
    self.statistics = statistics
    readNanoseconds = findings.readNanoseconds
  }
}
