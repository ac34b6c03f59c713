public import SystemPackage

/// A file format of recordings: how its bytes encode events.
///
/// A reader processes packet after packet, and gets the events of each in the common form of
/// ``PolarityEvents``. A format that stores events differently converts them to that form.
public protocol RecordingFormat: Sendable {
  /// The format's name, as in `AEDAT 3.1`.
  var name: String { get }

  /// Size of a packet header, in bytes: what is needed to locate the packet's events.
  var packetHeaderByteCount: Int { get }

  /// Size of a stored polarity event, in bytes.
  var eventByteCount: Int { get }

  /// Whether polarity events are stored in the common form, 8 bytes each.
  var hasCommonForm: Bool { get }

  /// Reads the file's header, up to the first packet.
  ///
  /// - Parameters:
  ///   - bytes: The file from its start; at least the first 1 MiB of a larger file.
  ///   - path: The file's name, for messages.
  /// - Throws: ``DataSetError`` with the byte offset, when it is not a recording of this format.
  func header(of bytes: RawSpan, _ path: FilePath) throws(DataSetError) -> RecordingHeader

  /// Reads and checks a packet's header, and locates its events.
  ///
  /// - Parameters:
  ///   - byteOffset: Where the packet starts.
  ///   - bytes: The whole file.
  ///   - path: The file's name, for messages.
  /// - Returns: `nil` at the exact end of the file.
  /// - Throws: ``DataSetError`` with the byte offset, for any defect of the packet.
  func packet(
    at byteOffset: Int, in bytes: RawSpan, _ path: FilePath
  ) throws(DataSetError) -> EventPacket?

  /// Converts polarity events to the common form; called only when ``hasCommonForm`` is `false`.
  ///
  /// - Parameters:
  ///   - bytes: The stored events.
  ///   - words: Receives one word for each event: ``PolarityEvent/data`` in the low half, the low
  ///     31 bits of its time in the high half.
  func transcode(_ bytes: RawSpan, into words: inout [UInt64])

  /// Makes a decoder of the file's packets, for a ``DecodedFormat``.
  ///
  /// - Parameters:
  ///   - bytes: The whole file.
  ///   - path: The file's name, for messages.
  /// - Returns: `nil` if events are stored one by one, with ``eventByteCount`` bytes each.
  /// - Throws: ``DataSetError`` with the byte offset, for a defect of the file's header.
  func decoder(of bytes: RawSpan, _ path: FilePath) throws(DataSetError) -> (any EventDecoder)?

  /// Whether the file consists of packets, so that their number says something about it.
  var hasPackets: Bool { get }

  /// The size in bytes of the file that the format was determined from, if it knows offsets in it;
  /// `nil` for formats that find all parts as they read.
  ///
  /// A data set maps each file again when its turn comes. ``Recording/contents()`` throws if its
  /// size has changed.
  var fileByteCount: Int? { get }
}

extension RecordingFormat {
  /// `nil`: events are stored one by one.
  public func decoder(
    of bytes: RawSpan, _ path: FilePath
  ) throws(DataSetError) -> (any EventDecoder)? { nil }

  /// Whether packets have headers.
  public var hasPackets: Bool { packetHeaderByteCount > 0 }

  /// `nil`: parts are found as the file is read.
  public var fileByteCount: Int? { nil }
}
