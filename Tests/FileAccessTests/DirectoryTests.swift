import FileAccess
import Glibc
import Support
import SystemPackage
import Testing

@Suite struct DirectoryTests {
  let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

  func defect(_ body: () throws(FileError) -> Void) -> FileError? {
    do throws(FileError) { try body() } catch { return error }
    return nil
  }

  @Test("names are sorted by their bytes, including hidden ones")
  func names() throws {
    let names = ["b", "a", "Z", ".hidden", "é", "a b", "a0", "10", "9"]
    for name in names { try folder.write([], to: name) }
    #expect(try folder.names() == [".hidden", "10", "9", "Z", "a", "a b", "a0", "b", "é"])
    let longest = String(repeating: "n", count: 255)
    try folder.write([], to: longest)
    #expect(try folder.names().contains(longest))
  }

  @Test("a missing folder and a file are rejected")
  func noFolder() throws {
    try folder.write([], to: "file")
    for name in ["missing", "file"] {
      #expect(throws: FileError.self) { _ = try namesInDirectory(folder.file(name)) }
    }
    #expect(throws: FileError.self) { _ = try freeByteCount(in: folder.file("missing")) }
    #expect(try freeByteCount(in: folder.path) > 0)
  }

  @Test("folders are created with their parents; existing ones stay unchanged")
  func making() throws {
    for _ in 0..<2 {
      try createDirectories(folder.file("a/b/c"))
      #expect(folder.file("a/b/c").isDirectory)
    }
  }

  @Test("creating a folder fails if a file has its name")
  func fileInTheWay() throws {
    try folder.write([], to: "file")
    #expect(defect { () throws(FileError) in try createDirectories(folder.file("file")) } != nil)
    #expect(defect { () throws(FileError) in try createDirectories(folder.file("file/a")) } != nil)
  }

  @Test("a tree is removed completely, without following links")
  func removing() throws {
    try createDirectories(folder.file("tree/deep"))
    try folder.write([1], to: "tree/deep/a")
    try createDirectories(folder.file("other"))
    try folder.write([1], to: "other/kept")
    let link = folder.file("tree/link")
    #expect(unsafe link.withPlatformString { unsafe symlink("../other", $0) } == 0)
    try removeTree(folder.file("tree"))
    try removeTree(folder.file("tree"))
    #expect(try folder.names() == ["other"])
    #expect(try namesInDirectory(folder.file("other")) == ["kept"])
  }

  @Test("a renamed file replaces another; renaming a missing file is an error")
  func renaming() throws {
    try folder.write([1], to: "a")
    try folder.write([2], to: "b")
    try renameItem(folder.file("a"), to: folder.file("b"))
    #expect(try folder.names() == ["b"])
    #expect(try readFile(folder.file("b")) == [1])
    #expect(throws: FileError.self) { try renameItem(folder.file("a"), to: folder.file("b")) }
  }

  @Test("the folder of a bare name is the current one")
  func parents() {
    #expect(FilePath("a").parentDirectory == ".")
    #expect(FilePath("a/b").parentDirectory == "a")
    #expect(FilePath("/a").parentDirectory == "/")
    #expect(FilePath("/").parentDirectory == "/")
  }
}
