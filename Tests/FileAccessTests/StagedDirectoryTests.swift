import FileAccess
import Support
import SystemPackage
import Testing

@Suite struct StagedDirectoryTests {
  let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

  @Test("only a hidden folder exists before publication")
  func publishing() throws {
    let staged = try StagedDirectory(for: folder.file("set"))
    try staged.write([1], to: "b")
    try staged.write([], to: "a")
    #expect(try folder.names() == [".set.partial"])
    try staged.publish(replacing: false)
    #expect(try folder.names() == ["set"])
    #expect(try namesInDirectory(folder.file("set")) == ["a", "b"])
    #expect(try readFile(folder.file("set/b")) == [1])
  }

  @Test("an unpublished folder leaves nothing over")
  func dropping() throws {
    do {
      let staged = try StagedDirectory(for: folder.file("set"))
      try staged.write([1], to: "a")
      try createDirectories(staged.path.appending("x").appending("y"))
    }
    #expect(try folder.names().isEmpty)
  }

  @Test("created parent folders stay only if the folder is published")
  func madeParents() throws {
    do {
      let staged = try StagedDirectory(for: folder.file("x/y/set"))
      try staged.write([1], to: "a")
    }
    #expect(try folder.names().isEmpty)
    try StagedDirectory(for: folder.file("x/y/set")).publish(replacing: false)
    #expect(try namesInDirectory(folder.file("x/y")) == ["set"])
    do { _ = try StagedDirectory(for: folder.file("x/z/set")) }
    #expect(try namesInDirectory(folder.file("x")) == ["y"])
    try folder.write("", to: "x/file")
    #expect(throws: FileError.self) { _ = try StagedDirectory(for: folder.file("x/file/new/set")) }
    #expect(try namesInDirectory(folder.file("x")) == ["file", "y"])
  }

  @Test("leftovers of a killed process are removed")
  func leftovers() throws {
    try createDirectories(folder.file(".set.partial/deep"))
    try folder.write("old", to: ".set.partial/a")
    let staged = try StagedDirectory(for: folder.file("set"))
    try staged.write([1], to: "a")
    try staged.publish(replacing: false)
    #expect(try namesInDirectory(folder.file("set")) == ["a"])
    #expect(try folder.names() == ["set"])
  }

  @Test("an existing folder is kept unless it may be replaced")
  func keeping() throws {
    try createDirectories(folder.file("set"))
    try folder.write("old", to: "set/old")
    do throws(FileError) {
      let staged = try StagedDirectory(for: folder.file("set"))
      try staged.write([1], to: "new")
      try staged.publish(replacing: false)
      Issue.record("a folder was replaced")
    } catch {
      #expect(error.errno == .fileExists && error.path == folder.file("set"))
    }
    #expect(try folder.names() == ["set"])
    #expect(try namesInDirectory(folder.file("set")) == ["old"])

    let staged = try StagedDirectory(for: folder.file("set"))
    try staged.write([1], to: "new")
    try staged.publish(replacing: true)
    #expect(try folder.names() == ["set"])
    #expect(try namesInDirectory(folder.file("set")) == ["new"])
  }

  @Test("a folder that another process is filling stays unchanged")
  func lockedFolder() throws {
    let first = try StagedDirectory(for: folder.file("set"))
    try first.write([1], to: "a")
    do throws(FileError) {
      _ = try StagedDirectory(for: folder.file("set"))
      Issue.record("two writers at the same time")
    } catch {
      #expect(error.detail == "another process is writing this folder")
    }
    try first.publish(replacing: false)
    #expect(try namesInDirectory(folder.file("set")) == ["a"])
  }

  @Test("a file is written only once, and errors name its final path")
  func writeErrors() throws {
    let staged = try StagedDirectory(for: folder.file("set"))
    try staged.write([1], to: "a")
    for name in ["a", "missing/b"] {
      do throws(FileError) {
        try staged.write([2], to: name)
        Issue.record("\(name) was written")
      } catch {
        #expect(error.path == folder.file("set").appending(name))
      }
    }
    try staged.publish(replacing: false)
    #expect(try readFile(folder.file("set/a")) == [1])
  }

  @Test("missing parents are created, and an unwritable path is rejected")
  func parents() throws {
    let staged = try StagedDirectory(for: folder.file("x/y/set"))
    try staged.publish(replacing: false)
    #expect(folder.file("x/y/set").isDirectory)
    #expect(throws: FileError.self) { _ = try StagedDirectory(for: "/proc/dvskit-test/set") }
    try folder.write("text", to: "file")
    #expect(throws: FileError.self) { _ = try StagedDirectory(for: folder.file("file/set")) }
  }
}
