import FileAccess
import SystemPackage
import Testing

@Suite("Errors that keep their cause")
struct CausedErrorTests {
  /// As an error of a part that reads files.
  private struct Above: CausedError {
    let cause: (any Error)?
  }

  @Test("the causes lead from the nearest to the first")
  func order() {
    let file = FileError("a", "cannot be opened", .permissionDenied)
    let causes = Above(cause: Above(cause: file)).causes
    #expect(causes.count == 3)
    #expect((causes[0] as? Above)?.cause as? FileError == file)
    #expect(causes[1] as? FileError == file)
    #expect(causes[2] as? Errno == .permissionDenied)
    #expect(FileError("a", "too large").causes.isEmpty)
  }

  @Test("a file's error tells the system's error, and no other, as such")
  func systemError() {
    #expect(FileError("a", "cannot be read", .ioError).errno == .ioError)
    let picture = FileError("a", "too large", cause: Above(cause: nil))
    #expect(picture.errno == nil && picture.cause is Above)
    #expect(picture.description == "a: too large")
  }

  @Test("the system's error makes a difference between two, another cause does not")
  func equality() {
    #expect(FileError("a", "x", cause: Above(cause: nil)) == FileError("a", "x"))
    let known = FileError("a", "x", .ioError)
    #expect(known != FileError("a", known.detail))
    #expect(known != FileError("b", "x", .ioError))
    #expect(known != FileError("a", "y", .ioError))
  }
}
