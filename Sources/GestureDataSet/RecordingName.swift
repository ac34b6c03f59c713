/// The parts of a recording's file name, as in `user10_fluorescent_led.aedat`.
public struct RecordingName: Equatable, Hashable, Sendable {
  /// The name without its extension.
  public let stem: String

  /// The subject's number.
  public let subject: UInt8

  /// The lighting, as in `fluorescent_led`.
  public let lighting: String

  /// The lightings of the whole data set.
  public static let officialLightings = [
    "fluorescent", "fluorescent_led", "lab", "led", "natural",
  ]

  /// Parses a name: `user`, the subject's number, `_`, the lighting.
  ///
  /// - Parameter fileName: With or without `.aedat`.
  /// - Returns: `nil` for any other name.
  public init?(_ fileName: some StringProtocol) {
    var stem = String(fileName)
    if stem.hasSuffix(Self.recordingSuffix) { stem.removeLast(Self.recordingSuffix.count) }
    guard stem.hasPrefix("user") else { return nil }
    let digits = stem.dropFirst(4).prefix { $0.isASCII && $0.isNumber }
    let rest = stem.dropFirst(4 + digits.count)
    // Lightings contain `_`, so only the first one separates.
    guard let subject = UInt8(digits), rest.first == "_", rest.count > 1,
      rest.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "/") })
    else { return nil }
    self.stem = stem
    self.subject = subject
    lighting = String(rest.dropFirst())
  }

  /// The name of the recording's file.
  public var recordingFileName: String { stem + Self.recordingSuffix }

  /// The name of the file with the recording's label windows.
  public var labelsFileName: String { stem + Self.labelsSuffix }

  static let recordingSuffix = ".aedat"
  static let labelsSuffix = "_labels.csv"
}
