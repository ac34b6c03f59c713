import FileAccess
import Support
import SystemPackage
import Testing

@Suite struct FileIdentityTests {
  let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

  @Test("a time that does not fit in 64 bits of nanoseconds is accepted")
  func farFuture() throws {
    let path = try folder.write("a", to: "a")
    let touched = try runCommand("touch", ["-d", "2300-01-01", path.string])
    try #require(touched.exitCode == 0)
    let future = try FileIdentity(of: path)
    #expect(future.byteCount == 1)
    try writeFile([2], to: path)
    #expect(try FileIdentity(of: path) != future)
  }
}
