import FileAccess
import Glibc
import Support
import SystemPackage
import Testing

@Suite struct StagedFileTests {
  let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

  @Test("a file is invisible before publication and complete afterwards")
  func publishing() throws {
    let file = try StagedFile(for: folder.file("a"))
    try writeFile([1, 2, 3], to: file.pathForWriting)
    #expect(!folder.file("a").exists)
    #expect(try folder.names().allSatisfy { $0.hasPrefix(".") } == true)
    try file.publish(replacing: false)
    #expect(try folder.names() == ["a"])
    #expect(try readFile(folder.file("a")) == [1, 2, 3])
  }

  @Test("an unpublished file leaves nothing over, and an existing file stays")
  func dropping() throws {
    try folder.write("old", to: "b")
    for name in ["a", "b"] {
      let file = try StagedFile(for: folder.file(name))
      try writeFile([1, 2, 3], to: file.pathForWriting)
    }
    #expect(try folder.names() == ["b"])
    #expect(try readFile(folder.file("b")) == Array("old".utf8))
  }

  @Test("an existing file is kept unless it may be replaced")
  func keeping() throws {
    try folder.write("old", to: "a")
    do throws(FileError) {
      let file = try StagedFile(for: folder.file("a"))
      try file.publish(replacing: false)
      Issue.record("a file was replaced")
    } catch {
      #expect(error.errno == .fileExists && error.path == folder.file("a"))
    }
    #expect(try folder.names() == ["a"])
    #expect(try readFile(folder.file("a")) == Array("old".utf8))
  }

  @Test("a replaced file is replaced completely", arguments: [true, false])
  func replacing(_ exists: Bool) throws {
    if exists { try folder.write("an old file, longer than the new one", to: "a") }
    // A leftover of an earlier attempt is ignored.
    try folder.write("debris", to: ".a.partial")
    let file = try StagedFile(for: folder.file("a"))
    try writeFile(Array("new".utf8), to: file.pathForWriting)
    try file.publish(replacing: true)
    #expect(try readFile(folder.file("a")) == Array("new".utf8))
    #expect(try folder.names() == ["a"])
  }

  @Test("a dangling link counts as an existing file")
  func danglingLink() throws {
    let link = folder.file("a")
    let result = unsafe link.withPlatformString { unsafe symlink("nowhere", $0) }
    #expect(result == 0)
    #expect(throws: FileError.self) {
      let file = try StagedFile(for: link)
      try file.publish(replacing: false)
    }
    let file = try StagedFile(for: link)
    try file.publish(replacing: true)
    #expect(link.isRegularFile)
    #expect(try folder.names() == ["a"])
  }

  @Test("a folder is never replaced by a file")
  func folderInTheWay() throws {
    try createDirectories(folder.file("a"))
    for replacing in [false, true] {
      #expect(throws: FileError.self) {
        let file = try StagedFile(for: folder.file("a"))
        try file.publish(replacing: replacing)
      }
    }
    #expect(folder.file("a").isDirectory)
    #expect(try folder.names() == ["a"])
  }

  @Test("a missing or unwritable folder is rejected at the start")
  func noFolder() throws {
    #expect(throws: FileError.self) { _ = try StagedFile(for: folder.file("missing/a")) }
    // Not even root can create files in /proc.
    #expect(throws: FileError.self) { _ = try StagedFile(for: "/proc/dvskit-test") }
    try folder.write("text", to: "file")
    #expect(throws: FileError.self) { _ = try StagedFile(for: folder.file("file/a")) }
  }

  @Test("a folder without write permission is rejected by name", .enabled(if: geteuid() != 0))
  func noPermission() throws {
    try createDirectories(folder.file("closed"))
    #expect(unsafe folder.file("closed").withPlatformString { unsafe chmod($0, 0o500) } == 0)
    do throws(FileError) {
      _ = try StagedFile(for: folder.file("closed/a"))
      Issue.record("a file was created in an unwritable folder")
    } catch {
      #expect(error.errno == .permissionDenied && error.path == folder.file("closed"))
    }
  }

  @Test("the file has the default permissions of a new file")
  func permissions() throws {
    let mask = umask(0)
    umask(mask)
    let file = try StagedFile(for: folder.file("a"))
    try file.publish(replacing: false)
    let stat = try Stat(folder.file("a"))
    #expect(stat.permissions.rawValue == 0o666 & ~CModeT(mask))
  }

  @Test("several files of one name may be staged; the last one published stays")
  func several() throws {
    let first = try StagedFile(for: folder.file("a"))
    let second = try StagedFile(for: folder.file("a"))
    try writeFile([1], to: first.pathForWriting)
    try writeFile([2], to: second.pathForWriting)
    try second.publish(replacing: true)
    try first.publish(replacing: true)
    #expect(try readFile(folder.file("a")) == [1])
    #expect(try folder.names() == ["a"])
  }
}
