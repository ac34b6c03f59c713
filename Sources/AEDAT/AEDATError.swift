/// A defect that makes a recording unreadable.
public struct AEDATError: Error, Equatable, Sendable {
  /// What kind of defect it is.
  public enum Code: Equatable, Sendable {
    /// The first line is not `#!AER-DAT3.1`.
    case notAEDAT31
    /// The text header has no end, or contains another kind of line.
    case malformedHeader
    /// The events are stored in a format other than `RAW`.
    case unsupportedFormat
    /// The file ends within a packet header.
    case truncatedPacketHeader
    /// A field of a packet header has an impossible value.
    case invalidPacketHeader
    /// A packet is compressed.
    case compressedPacket
    /// The file ends before the end of a packet.
    case truncatedPacket
    /// Capacity and number differ, and neither one leads to a packet or the end of the file.
    case ambiguousPacketLength
  }

  /// What kind of defect was found.
  public let code: Code

  /// Offset of the first wrong byte in the file.
  public let byteOffset: Int

  /// What was found and what was expected, without the file's name.
  public let detail: String

  init(_ code: Code, at byteOffset: Int, _ detail: String) {
    self.code = code
    self.byteOffset = byteOffset
    self.detail = detail
  }
}

extension AEDATError: CustomStringConvertible {
  /// The defect in one line.
  public var description: String { "byte \(byteOffset): \(detail)" }
}
