/// A defect in a recording that stops it from being read.
public struct AEDATError: Error, Equatable, Sendable {
  /// What kind of defect it is.
  public enum Code: Equatable, Sendable {
    /// The first line is not `#!AER-DAT3.1`.
    case notAEDAT31
    /// The text header has no end, or a line that is no header line.
    case malformedHeader
    /// The events are stored in a way other than `RAW`.
    case unsupportedFormat
    /// Fewer bytes are left than a packet header has.
    case truncatedPacketHeader
    /// A packet header has a field that no packet can have.
    case invalidPacketHeader
    /// A packet is compressed.
    case compressedPacket
    /// A packet says it is longer than the bytes that are left.
    case truncatedPacket
    /// Capacity and number differ, and after neither a packet or the end of the file follows.
    case ambiguousPacketLength
  }

  /// What kind of defect was found.
  public let code: Code

  /// Bytes from the start of the file to the first byte that is wrong.
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
