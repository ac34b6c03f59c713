import FileAccess
import SystemPackage
import Testing

@Suite("Errors with a cause")
struct CausedErrorTests {
  /// An error like those of the modules that read files.
  private struct Above: CausedError {
    let cause: (any Error)?
  }

  @Test("causes are ordered from direct to original")
  func order() {
    let file = FileError("a", "cannot be opened", .permissionDenied)
    let causes = Above(cause: Above(cause: file)).causes
    #expect(causes.count == 3)
    #expect((causes[0] as? Above)?.cause as? FileError == file)
    #expect(causes[1] as? FileError == file)
    #expect(causes[2] as? Errno == .permissionDenied)
    #expect(FileError("a", "too large").causes.isEmpty)
  }

  @Test("a file error's errno is the system's error, and nil for other causes")
  func systemError() {
    #expect(FileError("a", "cannot be read", .ioError).errno == .ioError)
    let picture = FileError("a", "too large", cause: Above(cause: nil))
    #expect(picture.errno == nil && picture.cause is Above)
    #expect(picture.description == "a: too large")
  }

  @Test("file errors with different system errors differ; other causes are not compared")
  func equality() {
    #expect(FileError("a", "x", cause: Above(cause: nil)) == FileError("a", "x"))
    let known = FileError("a", "x", .ioError)
    #expect(known != FileError("a", known.detail))
    #expect(known != FileError("b", "x", .ioError))
    #expect(known != FileError("a", "y", .ioError))
  }
}
