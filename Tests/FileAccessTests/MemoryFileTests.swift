import FileAccess
import Support
import SystemPackage
import Testing

@Suite("Files in memory")
struct MemoryFileTests {
  @Test("are written and mapped by their path, and end with the value")
  func lifetime() throws {
    let content = (0..<64).map { _ in UInt8.random(in: 0...255) }
    var path: FilePath = ""
    do {
      let file = try MemoryFile(for: "test")
      path = file.path
      let writer = try FileDescriptor.open(path, .writeOnly)
      try writer.closeAfter { _ = try writer.writeAll(content) }
      #expect(try readFile(path) == content)
      let mapped = try MappedFile(file.path)
      #expect(mapped.byteCount == content.count)
      let other = try MemoryFile(for: "test")
      #expect(other.path != path)
      #expect(try MappedFile(other.path).byteCount == 0)
    }
    // A file of another test may have its number by now.
    #expect((try? readFile(path)) != content)
  }
}
