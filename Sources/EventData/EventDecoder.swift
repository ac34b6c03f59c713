public import SystemPackage

/// What a decoder knows from the packets before one, in a form that its format defines.
///
/// With the state before a packet, a recording can be read from that packet on.
public struct DecoderState: Equatable, Sendable {
  /// The time so far, in microseconds of the recording's clock; −1 if there was none yet.
  public var microseconds: Int64
  /// What else the format needs.
  public var bits: UInt64

  /// Creates a state; without arguments, the one at the start of a recording.
  public init(microseconds: Int64 = -1, bits: UInt64 = 0) {
    self.microseconds = microseconds
    self.bits = bits
  }
}

/// Reads the events of packets, one packet after another, for a format that stores them packed,
/// compressed or as text.
public protocol EventDecoder: Sendable {
  /// What is known from the packets so far; set it to continue from another packet.
  var state: DecoderState { get set }

  /// Peculiarities of the packets so far, each as the text of a warning; a bounded number.
  var oddities: [String] { get }

  /// Byte ranges that were read for the last packet without being its own or in its columns: their
  /// memory can be released.
  var readBytes: [Range<Int>] { get }

  /// Reads a packet.
  ///
  /// - Parameters:
  ///   - packet: The packet, as its format located it.
  ///   - bytes: The whole file.
  ///   - path: The file's name, for messages.
  ///   - events: Where the events go; the caller flushes it after the packet.
  ///   - body: Receives the events, as many at once as `events` holds.
  /// - Throws: ``DataSetError`` with the byte offset, for a defect of the packet; what `body`
  ///   throws.
  mutating func decode(
    _ packet: EventPacket, in bytes: RawSpan, _ path: FilePath, into events: inout EventBuffer,
    _ body: EventBuffer.Body
  ) throws(DataSetError)
}

extension EventDecoder {
  /// None: a packet's bytes are all that is read for it.
  public var readBytes: [Range<Int>] { [] }
}

/// A format whose packets are decoded as a whole, with what is known from those before.
public protocol DecodedFormat: RecordingFormat {}

extension DecodedFormat {
  /// Without meaning, as events have no size of their own.
  public var eventByteCount: Int { 1 }

  /// Always `false`.
  public var hasCommonForm: Bool { false }

  /// Never called: the decoder does it.
  public func transcode(_ bytes: RawSpan, into words: inout [UInt64]) {
    preconditionFailure("\(name) is decoded")
  }
}
