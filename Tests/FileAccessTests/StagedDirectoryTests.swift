import FileAccess
import Support
import SystemPackage
import Testing

@Suite struct StagedDirectoryTests {
  let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

  @Test("nothing but a hidden folder is to be seen before it is published")
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

  @Test("a folder that is not published leaves nothing")
  func dropping() throws {
    do {
      let staged = try StagedDirectory(for: folder.file("set"))
      try staged.write([1], to: "a")
      try createDirectories(staged.path.appending("x").appending("y"))
    }
    #expect(try folder.names().isEmpty)
  }

  @Test("folders above it that were missing stay only with a folder that is published")
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

  @Test("what an attempt that was killed has left is not part of the next")
  func debris() throws {
    try createDirectories(folder.file(".set.partial/deep"))
    try folder.write("old", to: ".set.partial/a")
    let staged = try StagedDirectory(for: folder.file("set"))
    try staged.write([1], to: "a")
    try staged.publish(replacing: false)
    #expect(try namesInDirectory(folder.file("set")) == ["a"])
    #expect(try folder.names() == ["set"])
  }

  @Test("a folder that is there is kept unless it may be replaced")
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

  @Test("a folder that another process is filling is not touched")
  func lockedFolder() throws {
    let first = try StagedDirectory(for: folder.file("set"))
    try first.write([1], to: "a")
    do throws(FileError) {
      _ = try StagedDirectory(for: folder.file("set"))
      Issue.record("two at a time")
    } catch {
      #expect(error.detail == "another process is writing this folder")
    }
    try first.publish(replacing: false)
    #expect(try namesInDirectory(folder.file("set")) == ["a"])
  }

  @Test("a file is written once, and errors name it as it was to be called")
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

  @Test("folders above it are made, and a place that cannot be written to is refused")
  func parents() throws {
    let staged = try StagedDirectory(for: folder.file("x/y/set"))
    try staged.publish(replacing: false)
    #expect(folder.file("x/y/set").isDirectory)
    #expect(throws: FileError.self) { _ = try StagedDirectory(for: "/proc/dvskit-test/set") }
    try folder.write("text", to: "file")
    #expect(throws: FileError.self) { _ = try StagedDirectory(for: folder.file("file/set")) }
  }
}
