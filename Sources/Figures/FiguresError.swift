/// An error in drawing or encoding a picture.
package struct FiguresError: Error, Equatable, Sendable {
  /// What kind of fault it is.
  package enum Code: Equatable, Sendable {
    /// The picture would exceed the limits of its format or of this program.
    case tooLarge
    /// A picture contains a colour that its palette lacks.
    case missingColour
    /// libpng or giflib failed.
    case library
  }

  /// What kind of fault it is.
  package let code: Code

  /// What was found and what was expected.
  package let detail: String

  /// Describes a fault.
  package init(_ code: Code, _ detail: String) {
    self.code = code
    self.detail = detail
  }
}

extension FiguresError: CustomStringConvertible {
  /// The fault in one line.
  package var description: String { detail }
}
