import Support
import SystemPackage
import Testing

@testable import FileAccess

@Suite("Staged files on a file system without unnamed files")
struct NamedStagedFileTests {
  let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

  private func staged() throws(FileError) -> StagedFile {
    try StagedFile(for: folder.file("a"), canBeUnnamed: false)
  }

  @Test("a hidden file becomes the file when it is published", arguments: [true, false])
  func publishing(replacing: Bool) throws {
    if replacing { try folder.write("old", to: "a") }
    let file = try staged()
    try writeFile([1, 2, 3], to: file.pathForWriting)
    #expect(try folder.names() == (replacing ? [".a.partial", "a"] : [".a.partial"]))
    try file.publish(replacing: replacing)
    #expect(try folder.names() == ["a"])
    #expect(try readFile(folder.file("a")) == [1, 2, 3])
  }

  @Test("the hidden file is removed if it is not published, or must not replace a file")
  func dropping() throws {
    try folder.write("old", to: "a")
    do {
      let file = try staged()
      #expect(file.pathForWriting == folder.file(".a.partial"))
    }
    #expect(try folder.names() == ["a"])
    #expect(throws: FileError.self) { try staged().publish(replacing: false) }
    #expect(try folder.names() == ["a"])
    #expect(try readFile(folder.file("a")) == Array("old".utf8))
  }

  @Test("a killed process's hidden file is reused; one being written is not")
  func leftovers() throws {
    try folder.write("debris", to: ".a.partial")
    let first = try staged()
    let error = #expect(throws: FileError.self) { try staged().publish(replacing: false) }
    #expect(error?.detail == "another process is writing this file")
    try first.publish(replacing: false)
    #expect(try folder.names() == ["a"])
  }
}
