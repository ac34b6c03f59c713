import FileAccess
import Support
import SystemPackage
import Testing

@Suite("A file written atomically")
struct WholeFileTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  @Test("has its content, replaces another only if allowed, and leaves nothing else")
  func written() throws {
    let path = directory.file("a")
    try writeWholeFile([1, 2, 3], to: path, replacing: false)
    let error = #expect(throws: FileError.self) {
      try writeWholeFile([4], to: path, replacing: false)
    }
    #expect(error?.description == "\(path): cannot be written: File exists")
    #expect(try readFile(path) == [1, 2, 3])
    try writeWholeFile([4], to: path, replacing: true)
    #expect(try readFile(path) == [4])
    try writeWholeFile([], to: path, replacing: true)
    #expect(try readFile(path) == [])
    #expect(try directory.names() == ["a"])
  }

  @Test("needs an existing folder")
  func missingFolder() {
    #expect(throws: FileError.self) {
      try writeWholeFile([1], to: directory.file("none/a"), replacing: true)
    }
  }
}
