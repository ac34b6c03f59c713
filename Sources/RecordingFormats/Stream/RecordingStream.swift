package import EventData
internal import FileAccess
package import SystemPackage

/// The events of a recording that arrives in pieces of any size, and is neither stored nor read
/// twice.
///
/// Memory is that of the largest packet, of at most ``maximumPacketByteCount`` bytes.
package struct RecordingStream: ~Copyable {
  /// Maximum size of a packet or header, in bytes.
  package static let maximumPacketByteCount = 64 << 20

  /// The stream's name, for messages.
  package let path: FilePath
  /// The name of the format; `nil` until it is recognised.
  package var formatName: String? { format?.name }
  /// The recording's header; `nil` until it has arrived.
  package private(set) var header: RecordingHeader?

  /// Whether AEDAT 2.0 has the pixels and polarities of ``AEDAT2Format/cifar10DVS``.
  private let isOfCIFAR10DVS: Bool
  private var format: (any StreamedFormat)?
  private var decoder: (any EventDecoder)?
  private var events = EventBuffer()
  /// The number of packets that were left out, by their source or stream.
  private var leftOutCounts: [Int32: Int] = [:]
  /// What has arrived and was not read yet.
  private var bytes: [UInt8] = []
  /// The number of bytes of the stream before these.
  private var byteOffset = 0

  /// Starts at the first byte.
  ///
  /// - Parameters:
  ///   - path: A name for the stream, for messages.
  ///   - isOfCIFAR10DVS: Whether AEDAT 2.0 is read as of CIFAR10-DVS.
  package init(named path: FilePath, isOfCIFAR10DVS: Bool = false) {
    self.path = path
    self.isOfCIFAR10DVS = isOfCIFAR10DVS
  }

  /// Peculiarities of the stream so far, each as the text of a warning.
  package var oddities: [String] {
    let leftOut = header?.source?.warning(leftOut: leftOutCounts)
    return (header?.oddities ?? []) + (decoder?.oddities ?? []) + (leftOut.map { [$0] } ?? [])
  }

  /// Adds bytes that have arrived, and reads what is complete.
  ///
  /// - Parameters:
  ///   - arrived: The bytes.
  ///   - body: Receives the events, in the order of the stream.
  /// - Throws: ``EventData/DataSetError`` with the byte offset in the stream, for a defect; events
  ///   before it have been passed on. What `body` throws.
  package mutating func append(
    _ arrived: [UInt8], _ body: EventBuffer.Body
  ) throws(DataSetError) {
    bytes.append(contentsOf: arrived)
    try read(isEnd: false, body)
    guard bytes.count <= Self.maximumPacketByteCount else {
      throw DataSetError(
        path, .byte(byteOffset),
        "a packet of at most \(Self.maximumPacketByteCount) bytes expected in a stream, a larger one "
          + "found: name the file instead of -")
    }
  }

  /// Reads what is left at the end of the stream.
  ///
  /// - Throws: ``EventData/DataSetError`` if the stream ends within a packet, an event or its
  ///   header.
  package mutating func end(_ body: EventBuffer.Body) throws(DataSetError) {
    try read(isEnd: true, body)
    guard bytes.isEmpty else {
      throw DataSetError(
        path, .byte(byteOffset),
        "the stream ends \(bytes.count) bytes after the start of an event or packet: the events before "
          + "it were read")
    }
    if let end = format?.endByteOffset, byteOffset < end {
      throw DataSetError(
        path, .byte(byteOffset),
        "packets up to byte \(end) expected, as the header says, the stream ends before")
    }
  }

  private mutating func read(isEnd: Bool, _ body: EventBuffer.Body) throws(DataSetError) {
    if format == nil { try start(isEnd: isEnd) }
    guard let format else { return }
    if let end = format.endByteOffset, byteOffset + bytes.count > end {
      // The table that closes the file.
      bytes.removeLast(min(bytes.count, byteOffset + bytes.count - end))
    }
    // Of their own, so that the decoder can change while they are read.
    let arrived = bytes
    bytes = []
    let readCount: Int
    do throws(DataSetError) {
      // Safe: any byte is a valid UInt8.
      readCount = try readPackets(unsafe arrived.span.bytes, of: format, isEnd: isEnd, body)
    } catch {
      throw located(error)
    }
    byteOffset += readCount
    bytes = readCount == 0 ? arrived : Array(arrived[readCount...])
  }

  /// Recognises the format, and passes over the header.
  private mutating func start(isEnd: Bool) throws(DataSetError) {
    let arrived = bytes
    // Safe: any byte is a valid UInt8.
    let span = unsafe arrived.span.bytes
    let found = try StreamStart.format(
      of: span, isEnd: isEnd, isOfCIFAR10DVS: isOfCIFAR10DVS, path)
    guard let found else { return }
    let header = try found.header(of: span, path)
    decoder = try found.decoder(of: span, path)
    self.header = header
    format = found
    byteOffset = header.byteCount
    bytes = Array(arrived[header.byteCount...])
  }

  /// Reads the packets that have arrived.
  ///
  /// - Returns: Their size in bytes.
  private mutating func readPackets(
    _ arrived: RawSpan, of format: any StreamedFormat, isEnd: Bool, _ body: EventBuffer.Body
  ) throws(DataSetError) -> Int {
    var start = 0
    while let packet = try format.arrivedPacket(at: start, in: arrived, isEnd: isEnd, path) {
      start = packet.nextByteOffset
      if packet.isLeftOut || !packet.isOf(header?.source?.number) {
        leftOutCounts[packet.source, default: 0] += 1
        continue
      }
      if packet.type != .polarity { continue }
      guard decoder != nil else {
        try body(
          PolarityEvents(
            body: arrived.extracting(packet.eventBytes), overflow: packet.timestampOverflow))
        continue
      }
      do throws(DataSetError) {
        try decoder?.decode(packet, in: arrived, path, into: &events, body)
      } catch {
        try events.flush(body)
        throw error
      }
      try events.flush(body)
    }
    return start
  }

  /// The error with its byte offset in the stream.
  private func located(_ error: DataSetError) -> DataSetError {
    guard case .byte(let offset) = error.location else { return error }
    return DataSetError(
      error.code, error.path, .byte(byteOffset + offset), error.detail, cause: error.cause)
  }
}
