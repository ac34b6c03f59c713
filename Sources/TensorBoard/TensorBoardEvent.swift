internal import ProtocolBuffers

/// One record of an event file.
///
/// Source: TensorFlow, `core/util/event.proto` and `core/framework/summary.proto`.
package struct TensorBoardEvent: Equatable, Sendable {
  /// The content of an event.
  package enum Content: Equatable, Sendable {
    /// The format's version; the first record of a file.
    case fileVersion(String)
    /// Values of one step.
    case scalars([TensorBoardScalar])
    /// A process started or resumed here: earlier records of this step and later steps are void.
    case restart
    /// Content that this package neither writes nor reads.
    case other
  }

  /// The time of writing, in seconds since 1970.
  package let wallTimeSeconds: Double
  /// The step: an epoch or a batch, as the writer counts.
  package let step: Int64
  /// The content.
  package let content: Content

  /// Describes an event.
  package init(wallTimeSeconds: Double, step: Int64, _ content: Content) {
    self.wallTimeSeconds = wallTimeSeconds
    self.step = step
    self.content = content
  }

  /// The version in a file's first record.
  static let currentVersion = "brain.Event:2"

  /// The event as a message.
  func encoded() -> [UInt8] {
    var event = MessageEncoder()
    event.add(1, double: wallTimeSeconds)
    if step != 0 { event.add(2, integer: step) }
    switch content {
    case .fileVersion(let version): event.add(3, bytes: version.utf8)
    case .scalars(let scalars):
      var summary = MessageEncoder()
      for scalar in scalars {
        var value = MessageEncoder()
        value.add(1, bytes: scalar.tag.utf8)
        value.add(2, float: scalar.value)
        summary.add(1, bytes: value.bytes)
      }
      event.add(5, bytes: summary.bytes)
    case .restart:
      var log = MessageEncoder()
      log.add(1, integer: 1)
      event.add(7, bytes: log.bytes)
    case .other: break
    }
    return event.bytes
  }

  /// Reads a message; unknown fields are ignored.
  init(parsing message: ArraySlice<UInt8>) throws(MalformedMessage) {
    var wallTimeSeconds = 0.0
    var step: Int64 = 0
    var content = Content.other
    try readFields(of: message) { (field, value) throws(MalformedMessage) in
      switch (field, value) {
      case (1, .fixed64(let bits)): wallTimeSeconds = Double(bitPattern: bits)
      case (2, .varint(let bits)): step = Int64(bitPattern: bits)
      case (3, .bytes(let text)):
        content = .fileVersion(String(decoding: text, as: UTF8.self))
      case (5, .bytes(let summary)):
        content = .scalars(try Self.scalars(of: summary))
      case (7, .bytes(let log)) where try Self.isStart(log): content = .restart
      default: break
      }
    }
    self.init(wallTimeSeconds: wallTimeSeconds, step: step, content)
  }

  /// The scalars of a summary; its images, histograms and tensors are ignored.
  private static func scalars(
    of summary: ArraySlice<UInt8>
  ) throws(MalformedMessage) -> [TensorBoardScalar] {
    var result: [TensorBoardScalar] = []
    try readFields(of: summary) { (field, value) throws(MalformedMessage) in
      guard field == 1, case .bytes(let message) = value else { return }
      var tag = ""
      var number: Float?
      try readFields(of: message) { (field, value) throws(MalformedMessage) in
        switch (field, value) {
        case (1, .bytes(let text)): tag = String(decoding: text, as: UTF8.self)
        case (2, .fixed32(let bits)): number = Float(bitPattern: bits)
        default: break
        }
      }
      if let number { result.append(TensorBoardScalar(tag, number)) }
    }
    return result
  }

  /// Whether an entry of the session log reports the start of a process.
  private static func isStart(_ log: ArraySlice<UInt8>) throws(MalformedMessage) -> Bool {
    var isStart = false
    try readFields(of: log) { (field, value) throws(MalformedMessage) in
      if field == 1 { isStart = value == .varint(1) }
    }
    return isStart
  }
}
