import FileAccess
import Glibc
import Support
import SystemPackage
import Testing

@Suite(.timeLimit(.minutes(30)))
struct MappedFileTests {
  let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

  func content(_ file: borrowing MappedFile) throws(FileError) -> [UInt8] {
    try file.withBytes { bytes throws(FileError) in [UInt8](copying: bytes) }
  }

  @Test("a mapped file has the bytes of the file", arguments: [1, 4095, 4096, 4097, 100_000])
  func bytes(_ byteCount: Int) throws {
    var generator = SeededGenerator(printingSeedFor: "mapped bytes")
    let bytes = (0..<byteCount).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    let file = try MappedFile(folder.write(bytes, to: "a"))
    #expect(file.byteCount == byteCount)
    #expect(try content(file) == bytes)
    #expect(try file.identity == FileIdentity(of: folder.file("a")))
  }

  @Test("an empty file is mapped to no bytes")
  func emptyFile() throws {
    let file = try MappedFile(folder.write([], to: "empty"))
    #expect(try file.byteCount == 0 && content(file).isEmpty)
    try file.populate(0..<100)
    file.release(0..<100)
  }

  @Test("a missing file, a folder and a pipe are rejected by name")
  func noRegularFile() throws {
    func defect(_ name: String) -> FileError? {
      do throws(FileError) { _ = try MappedFile(folder.file(name)) } catch { return error }
      return nil
    }
    #expect(defect("missing")?.errno == .noSuchFileOrDirectory)
    try createDirectories(folder.file("folder"))
    #expect(defect("folder")?.detail == "a file expected, a folder found")
    let pipe = folder.file("pipe")
    #expect(unsafe pipe.withPlatformString { unsafe mkfifo($0, 0o600) } == 0)
    // The test's time limit checks that opening it does not wait for a writer.
    #expect(defect("pipe")?.detail == "a file expected, a device found")
    #expect(defect("pipe")?.path == pipe)
  }

  @Test("a file that has shrunk since it was opened is an error and does not end the process")
  func shrunkFile() throws {
    let path = try folder.write([UInt8](repeating: 7, count: 40_000), to: "a")
    let file = try MappedFile(path)
    try file.populate(0..<40_000)
    try writeFile([UInt8](repeating: 7, count: 5000), to: path)
    #expect(throws: FileError.self) { try file.populate(0..<40_000) }
    #expect(throws: FileError.self) { try file.populate(39_000..<40_000) }
    #expect(throws: Never.self) { try file.populate(0..<5000) }
    do throws(FileError) {
      try file.populate(20_000..<30_000)
    } catch {
      #expect(error.path == path)
      #expect(error.detail.hasPrefix("bytes 20000 to 30000 cannot be read: the file has shrunk"))
    }
  }

  @Test("populating and releasing ignore bytes outside the file")
  func partsOutside() throws {
    let file = try MappedFile(folder.write([UInt8](repeating: 3, count: 9000), to: "a"))
    for range in [0..<0, 0..<9000, 8999..<20_000, 9000..<9001, 1 << 40..<1 << 41, -5..<4] {
      try file.populate(range)
      file.release(range)
    }
    #expect(try content(file) == [UInt8](repeating: 3, count: 9000))
  }

  @Test("a mapping stays readable after the file is removed")
  func removedFile() throws {
    let path = try folder.write([1, 2, 3], to: "a")
    let file = try MappedFile(path)
    try removeTree(path)
    #expect(try content(file) == [1, 2, 3])
  }
}
