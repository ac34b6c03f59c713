internal import EventData
internal import FileAccess
internal import SystemPackage

/// Packets of events: FlatBuffers of structures of 16 bytes, compressed or not.
///
/// Source: the schema `event.fbs` of dv-processing.
struct AEDAT4Decoder: EventDecoder {
  /// Nothing: each packet can be read by itself.
  var state = DecoderState()
  private(set) var oddities: [String] = []
  private let compression: AEDAT4Header.Compression
  private let stream: Int32
  private var decompressor = PacketDecompressor()
  private var decompressed: [UInt8] = []

  private static let eventByteCount = 16

  /// Creates a decoder.
  ///
  /// - Parameters:
  ///   - compression: How packets are compressed.
  ///   - stream: The number of the stream that is read.
  init(compression: AEDAT4Header.Compression, stream: Int32) {
    self.compression = compression
    self.stream = stream
  }

  mutating func decode(
    _ packet: EventPacket, in bytes: RawSpan, _ path: FilePath, into events: inout EventBuffer,
    _ body: EventBuffer.Body
  ) throws(DataSetError) {
    // The format locates a cut packet as one without its header, at the end of the file.
    guard packet.eventBytes.lowerBound == packet.byteOffset + 8,
      bytes.littleEndian(Int32.self, at: packet.byteOffset + 4) == packet.eventBytes.count
    else {
      oddities = [
        "the file was not closed, and its last packet is cut: "
          + "\(bytes.byteCount - packet.byteOffset) bytes are left out"
      ]
      return
    }
    guard bytes.littleEndian(Int32.self, at: packet.byteOffset) == stream else { return }
    // Copies of a decoder have contexts of their own.
    if !isKnownUniquelyReferenced(&decompressor) { decompressor = PacketDecompressor() }
    let stored = bytes.extracting(packet.eventBytes)
    let start = packet.eventBytes.lowerBound
    let contentByteCount: Int
    do throws(DecompressionFailure) {
      contentByteCount =
        switch compression {
        case .none: stored.byteCount
        case .lz4, .lz4High: try decompressor.decompressLZ4(stored, into: &decompressed)
        case .zstd, .zstdHigh: try decompressor.decompressZstd(stored, into: &decompressed)
        }
    } catch {
      throw DataSetError(path, .byte(start), error.text)
    }
    if compression == .none {
      try read(stored, path, at: start, into: &events, body)
    } else {
      // Safe: any byte is valid; the span does not outlive the call.
      let content = unsafe decompressed.span.bytes
      try read(content.extracting(0..<contentByteCount), path, at: start, into: &events, body)
    }
  }

  private func read(
    _ content: RawSpan, _ path: FilePath, at byteOffset: Int, into events: inout EventBuffer,
    _ body: EventBuffer.Body
  ) throws(DataSetError) {
    let elements: Range<Int>
    do throws(FlatBufferDefect) {
      // The buffer's size stands before it.
      guard content.byteCount >= 4 else { throw FlatBufferDefect(byteOffset: 0) }
      let buffer = try FlatBuffer(
        content.extracting(4..<content.byteCount), identifier: "EVTS")
      guard let field = try buffer.field(0, of: buffer.root) else { return }
      let range = try buffer.vector(field, elementByteCount: Self.eventByteCount)
      elements = range.lowerBound + 4..<range.upperBound + 4
    } catch {
      throw DataSetError(
        path, .byte(byteOffset), "the packet is not a valid FlatBuffer of events (EVTS)")
    }
    var eventsEnd = events.end
    defer { events.end = eventsEnd }
    var position = elements.lowerBound
    while position < elements.upperBound {
      let runEnd = min(elements.upperBound, position + EventBuffer.runCount * Self.eventByteCount)
      let run = content.extracting(position..<runEnd)
      position = runEnd
      if appendRun(run, to: &events, at: &eventsEnd) { continue }
      for index in 0..<run.byteCount / Self.eventByteCount {
        let time = run.littleEndian(Int64.self, at: index &* Self.eventByteCount)
        let pixel = run.littleEndian(UInt64.self, at: index &* Self.eventByteCount &+ 8)
        guard (0..<EventBuffer.microsecondsLimit).contains(time), pixel & Self.signBits == 0 else {
          throw DataSetError(
            path, .byte(byteOffset),
            "times and coordinates of at least 0 expected, an event at (\(Int16(truncatingIfNeeded: pixel)), "
              + "\(Int16(truncatingIfNeeded: pixel >> 16))) and \(time) µs found in the packet")
        }
        try events.append(
          data: Self.data(pixel), microseconds: time, at: &eventsEnd, body)
      }
    }
  }

  /// Adds a whole run of events that all have the upper bits of the time before.
  @inline(__always)
  private func appendRun(
    _ run: RawSpan, to events: inout EventBuffer, at end: inout EventBuffer.End
  ) -> Bool {
    guard run.byteCount == EventBuffer.runCount * Self.eventByteCount else { return false }
    let overflow = UInt64(bitPattern: end.upperTimeBits)
    return events.appendRun(overflow: end.upperTimeBits, at: &end) { index in
      // Safe: the guard has checked that the run has all its events.
      let (time, pixel) = unsafe (
        run.littleEndian(Int64.self, atUnchecked: index &* Self.eventByteCount),
        run.littleEndian(UInt64.self, atUnchecked: index &* Self.eventByteCount &+ 8)
      )
      return EventBuffer.RunWord(
        data: Self.data(pixel), lowerBits: UInt32(truncatingIfNeeded: time),
        unusualBits: (UInt64(bitPattern: time) >> 31 ^ overflow) | pixel & Self.signBits)
    }
  }

  /// The signs of both coordinates.
  private static let signBits: UInt64 = 0x8000_8000

  /// The event of a column, a row and a byte that is 0 for OFF, followed by unused bytes.
  @inline(__always)
  private static func data(_ pixel: UInt64) -> UInt32 {
    // Arithmetic instead of a comparison, so that the compiler can vectorize it.
    let isOn = (UInt32(truncatingIfNeeded: pixel >> 32) & 0xFF &+ 0xFF) >> 8
    return PolarityEvent.data(
      x: UInt32(pixel & 0xFFFF), y: UInt32(pixel >> 16 & 0xFFFF), polarity: isOn)
  }
}
