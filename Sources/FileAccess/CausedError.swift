/// An error that says from which other error it was made.
///
/// A part of the program that calls another turns the other's errors into its own, which know more:
/// the file, the sample, what it was for. What was found first stays reachable, with all that it
/// tells a program.
public protocol CausedError: Error {
  /// The error from which this one was made; `nil` where it is the first.
  ///
  /// It is no part of the message, and is not compared; only ``FileError`` compares the system's
  /// error, which it names.
  var cause: (any Error)? { get }
}

extension CausedError {
  /// The errors behind this one, from its own cause to the error that came first; empty where it is
  /// the first.
  public var causes: [any Error] {
    var found: [any Error] = []
    var next = cause
    while let error = next {
      found.append(error)
      next = (error as? any CausedError)?.cause
    }
    return found
  }
}
