import FileAccess
import Glibc
import Support
import SystemPackage
import Testing

@Suite(.timeLimit(.minutes(30)))
struct SmallFileTests {
  let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

  @Test("a small file is read completely", arguments: [0, 1, 65_535, 65_536, 65_537, 200_000])
  func whole(_ byteCount: Int) throws {
    let bytes = (0..<byteCount).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    try folder.write(bytes, to: "a")
    #expect(try readSmallFile(folder.file("a")) == bytes)
  }

  @Test("a file above the size limit is rejected, one at the limit is not")
  func limit() throws {
    try folder.write([UInt8](repeating: 1, count: 100), to: "a")
    #expect(try readSmallFile(folder.file("a"), maximumByteCount: 100).count == 100)
    do throws(FileError) {
      _ = try readSmallFile(folder.file("a"), maximumByteCount: 99)
      Issue.record("a file that is too large was read")
    } catch {
      #expect(error.detail == "at most 99 bytes expected, 100 found")
    }
  }

  @Test("a missing file, a folder and a pipe are rejected")
  func noRegularFile() throws {
    #expect(throws: FileError.self) { try readSmallFile(folder.file("missing")) }
    #expect(throws: FileError.self) { try readSmallFile(folder.path) }
    let pipe = folder.file("pipe")
    #expect(unsafe pipe.withPlatformString { unsafe mkfifo($0, 0o600) } == 0)
    #expect(throws: FileError.self) { try readSmallFile(pipe) }
  }

  @Test("a changed file has another identity")
  func identity() throws {
    let path = try folder.write([1], to: "a")
    let first = try FileIdentity(of: path)
    #expect(try FileIdentity(of: path) == first)
    #expect(first.byteCount == 1 && first.modificationNanoseconds > 1_500_000_000_000_000_000)
    try writeFile([1, 2], to: path)
    #expect(try FileIdentity(of: path) != first)
    #expect(throws: FileError.self) { _ = try FileIdentity(of: folder.path) }
    #expect(throws: FileError.self) { _ = try FileIdentity(of: folder.file("missing")) }
  }

  @Test("an error names file, action and reason in one line")
  func errorText() {
    #expect(
      FileError("a/b", "cannot be opened", .permissionDenied).description
        == "a/b: cannot be opened: Permission denied")
    #expect(FileError("a", "too large").description == "a: too large")
  }
}
