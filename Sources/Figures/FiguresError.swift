/// A picture cannot be made.
public struct FiguresError: Error, Equatable, Sendable {
  /// What kind of fault it is.
  public enum Code: Equatable, Sendable {
    /// The picture would have more pixels, or more of them in a line, than its format or this
    /// program takes.
    case tooLarge
    /// A picture has a colour that its palette lacks.
    case missingColour
    /// libpng or giflib failed.
    case library
  }

  /// What kind of fault it is.
  public let code: Code

  /// What was found and what was expected.
  public let detail: String

  /// Describes a fault.
  public init(_ code: Code, _ detail: String) {
    self.code = code
    self.detail = detail
  }
}

extension FiguresError: CustomStringConvertible {
  /// The fault in one line.
  public var description: String { detail }
}
