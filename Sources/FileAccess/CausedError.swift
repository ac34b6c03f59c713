/// An error that keeps its underlying error.
///
/// Each module converts the errors of the modules it calls into its own, adding context such as the
/// file or sample. The original error stays available to programs.
public protocol CausedError: Error {
  /// The underlying error; `nil` when there is none.
  ///
  /// It is not part of the message and not compared; only ``FileError``, whose message names the
  /// system's error, compares that.
  var cause: (any Error)? { get }
}

extension CausedError {
  /// The chain of causes, from the direct cause to the original error; empty when there is no
  /// cause.
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
