public import SystemPackage

/// How the bytes of a recording are its events.
///
/// A reader takes packet after packet, and the events of each, or of a part of it, in the common
/// form of ``PolarityEvents``. A format that stores them otherwise puts them into that form.
public protocol RecordingFormat: Sendable {
  /// What the format is called, as in `AEDAT 3.1`.
  var name: String { get }

  /// Bytes from a packet's start that must be there to tell where its events are.
  var packetHeaderByteCount: Int { get }

  /// Bytes that a polarity event takes.
  var eventByteCount: Int { get }

  /// Whether polarity events are stored in the common form, 8 bytes each.
  var hasCommonForm: Bool { get }

  /// Reads what stands before the first packet.
  ///
  /// - Parameters:
  ///   - bytes: The file from its start; of a large one, 1 MiB at least.
  ///   - path: The file's name, for messages.
  /// - Throws: ``DataSetError`` with the byte, when it is no recording of this format.
  func header(of bytes: RawSpan, _ path: FilePath) throws(DataSetError) -> RecordingHeader

  /// Reads where a packet's events are, and checks what it says of them.
  ///
  /// - Parameters:
  ///   - byteOffset: Where the packet starts.
  ///   - bytes: The whole file.
  ///   - path: The file's name, for messages.
  /// - Returns: `nil` at the exact end of the file.
  /// - Throws: ``DataSetError`` with the byte, for whatever is wrong with the packet.
  func packet(
    at byteOffset: Int, in bytes: RawSpan, _ path: FilePath
  ) throws(DataSetError) -> EventPacket?

  /// Puts polarity events into the common form; called only where ``hasCommonForm`` is `false`.
  ///
  /// - Parameters:
  ///   - bytes: The events as they are stored.
  ///   - words: Becomes an event's ``PolarityEvent/data`` in the low half, the low 31 bits of its
  ///     time in the high half.
  func transcode(_ bytes: RawSpan, into words: inout [UInt64])
}
