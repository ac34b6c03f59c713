public import EventData

/// Builds an AEDAT 3.1 file in memory, packet by packet.
///
/// Packets come out as cAER writes them: eventCapacity = eventNumber, and a new packet where the
/// 31-bit timestamp overflows.
public struct RecordingEncoder: Sendable {
  /// The file so far.
  public private(set) var bytes: [UInt8]

  /// The source number in all packet headers.
  public let source: Int16

  /// Starts a file with its text header.
  ///
  /// - Parameters:
  ///   - startTime: What follows `#Start-Time:`, as cAER writes it:
  ///     `2016-01-01 00:00:00 (TZ+0000)`.
  ///   - source: The number of the only source.
  ///   - sourceName: The source's name, as in `DVS128`.
  ///   - eventCapacity: Number of polarity events to reserve memory for.
  public init(startTime: String, source: Int16 = 1, sourceName: String, eventCapacity: Int = 0) {
    self.source = source
    bytes = []
    bytes.reserveCapacity(256 + eventCapacity * 8 + eventCapacity / 32)
    for line in [
      TextHeader.versionLine, "#Format: RAW", "#Source \(source): \(sourceName)",
      "#Start-Time: \(startTime)", TextHeader.endLine,
    ] {
      bytes.append(contentsOf: line.utf8)
      bytes.append(contentsOf: [0x0D, 0x0A])
    }
  }

  /// Appends events as packets of at most 4096 events and 10 ms, like cAER.
  ///
  /// - Parameter events: In the order of the file.
  public mutating func append(_ events: some Collection<PolarityEvent>) {
    let maximumPacketEvents = 4096
    let maximumPacketMicroseconds: Int64 = 10_000
    var start = events.startIndex
    while start != events.endIndex {
      let slot = events[start].timestampMicroseconds / maximumPacketMicroseconds
      let overflow = events[start].timestampMicroseconds >> 31
      var end = start
      var eventCount = 0
      while end != events.endIndex, eventCount < maximumPacketEvents,
        events[end].timestampMicroseconds / maximumPacketMicroseconds == slot,
        events[end].timestampMicroseconds >> 31 == overflow
      {
        events.formIndex(after: &end)
        eventCount += 1
      }
      appendPacket(events[start..<end])
      start = end
    }
  }

  /// Appends one polarity packet.
  ///
  /// - Parameters:
  ///   - events: At least one; all with the same timestamp overflow (time divided by 2³¹ µs).
  ///   - paddingSlots: Number of zero-filled slots after the events, included in eventCapacity.
  public mutating func appendPacket(
    _ events: some Collection<PolarityEvent>, paddingSlots: Int = 0
  ) {
    guard let first = events.first else { preconditionFailure("a packet without events") }
    let validCount = events.reduce(0) { $0 + ($1.isValid ? 1 : 0) }
    appendHeader(
      type: .polarity, timestampOverflow: first.timestampMicroseconds >> 31,
      capacity: events.count + paddingSlots, number: events.count, valid: validCount)
    for event in events {
      let timestamp = UInt64(event.timestampMicroseconds & 0x7FFF_FFFF)
      append(littleEndian: timestamp << 32 | UInt64(event.data))
    }
    bytes.append(contentsOf: repeatElement(0, count: 8 * paddingSlots))
  }

  /// Appends a packet with the special event that marks a reset of the recorder's clock.
  ///
  /// - Parameter timestampMicroseconds: The event's time.
  public mutating func appendTimestampReset(timestampMicroseconds: Int64) {
    appendHeader(
      type: .special, timestampOverflow: timestampMicroseconds >> 31, capacity: 1, number: 1,
      valid: 1)
    append(littleEndian: UInt32(1 << 1 | 1))
    append(littleEndian: UInt32(timestampMicroseconds & 0x7FFF_FFFF))
  }

  private mutating func appendHeader(
    type: EventType, timestampOverflow: Int64, capacity: Int, number: Int, valid: Int
  ) {
    append(littleEndian: type.rawValue)
    append(littleEndian: source)
    append(littleEndian: Int32(8))
    append(littleEndian: Int32(4))
    append(littleEndian: Int32(timestampOverflow))
    append(littleEndian: Int32(capacity))
    append(littleEndian: Int32(number))
    append(littleEndian: Int32(valid))
  }

  private mutating func append<Value: FixedWidthInteger>(littleEndian value: Value) {
    // Safe: the bytes of an integer are read while it lives.
    unsafe withUnsafeBytes(of: value.littleEndian) { unsafe bytes.append(contentsOf: $0) }
  }
}
