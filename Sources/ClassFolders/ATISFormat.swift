internal import AEDAT
public import EventData
internal import FileAccess
public import SystemPackage

/// The file format of N-MNIST and N-Caltech101: five bytes per event, without any header.
///
/// An event is x, y, one bit of polarity and 23 bits of time in microseconds, most significant byte
/// first. Other ATIS files mark timestamp overflows with special events; these recordings are too
/// short to need any.
///
/// Source: Orchard et al., "Converting Static Image Datasets to Spiking Neuromorphic Datasets Using
/// Saccades", Frontiers in Neuroscience 2015; the data sets' readme; SpikingJelly 2.0.0,
/// `load_ATIS_bin`.
public struct ATISFormat: RecordingFormat {
  /// Names the format.
  public init() {}

  /// `ATIS`.
  public var name: String { "ATIS" }

  /// 0: the file has no packets.
  public var packetHeaderByteCount: Int { 0 }

  /// One byte each for x and y, three for polarity and time.
  public var eventByteCount: Int { 5 }

  /// Events must be converted.
  public var hasCommonForm: Bool { false }

  /// Events per packet: the file has no packets, so it is divided into pieces of this size.
  private static let packetEventCount = 1 << 16

  /// An empty header.
  ///
  /// A file with AEDAT's magic text is rejected, because any bytes would be valid events.
  public func header(
    of bytes: RawSpan, _ path: FilePath
  ) throws(DataSetError) -> RecordingHeader {
    guard !AEDATFormat.isMarked(bytes) else {
      throw DataSetError(
        path, .byte(0),
        "events of an ATIS expected, an AEDAT recording found: own recordings are named *.aedat")
    }
    return RecordingHeader(byteCount: 0)
  }

  /// The next 65 536 events, or all that are left.
  public func packet(
    at byteOffset: Int, in bytes: RawSpan, _ path: FilePath
  ) throws(DataSetError) -> EventPacket? {
    let leftByteCount = bytes.byteCount - byteOffset
    if leftByteCount == 0 { return nil }
    let count = min(Self.packetEventCount, leftByteCount / eventByteCount)
    guard count > 0 else {
      throw DataSetError(
        path, .byte(byteOffset),
        "an event of \(eventByteCount) bytes expected, \(leftByteCount) bytes left")
    }
    let end = byteOffset + count * eventByteCount
    return EventPacket(
      type: .polarity, eventCount: count, byteOffset: byteOffset, eventBytes: byteOffset..<end,
      nextByteOffset: end, timestampOverflow: 0)
  }

  /// Converts events to the common form.
  public func transcode(_ bytes: RawSpan, into words: inout [UInt64]) {
    let count = bytes.byteCount / eventByteCount
    if words.count != count { words = Array(repeating: 0, count: count) }
    for index in words.indices {
      let start = index &* eventByteCount
      let x = UInt64(bytes.littleEndian(UInt8.self, at: start))
      let tail = UInt64(bytes.littleEndian(UInt32.self, at: start + 1).byteSwapped)
      // `tail`, from the top bit: 8 bits of y, 1 of polarity, 23 of time.
      let time = tail & 0x7F_FFFF
      let data = x << 17 | (tail >> 24) << 2 | (tail >> 23 & 1) << 1 | 1
      words[index] = time << 32 | data
    }
  }
}
