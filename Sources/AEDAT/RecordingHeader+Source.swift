public import EventData

extension RecordingHeader {
  /// Reads the text header of an AEDAT 3.1 file, and chooses the source that is read.
  ///
  /// Several cameras or programs may write to one file. ``SourceSelection`` says which one is read.
  ///
  /// - Parameter bytes: The file from its start; at least the first 1 MiB of a larger file.
  /// - Throws: ``AEDATError`` with code `notAEDAT31`, `malformedHeader` or `unsupportedFormat`.
  /// - Complexity: O(n) in the length of the header and the number of packets that begin in the
  ///   first 1 MiB; most recordings need only the first packet of events.
  public init(parsing bytes: RawSpan) throws(AEDATError) {
    let text = try TextHeader(parsing: bytes)
    let selection = SourceSelection(of: text, in: bytes)
    let names = Dictionary(
      text.sources.compactMap { source in source.number.map { (Int32($0), source.name) } },
      uniquingKeysWith: { first, _ in first })
    self.init(
      byteCount: text.byteCount, startTime: text.startTime, sources: selection.sourceNames,
      source: selection.chosen.map { RecordingSource(number: Int32($0), names: names) })
  }
}
