import FileAccess
import Support
import SystemPackage
import Testing

@Suite("Mutants")
struct MutantsTests {
  @Test("of graphs are refused in one line or read, whatever happens in the reading process")
  func graphs() throws {
    let folder = try TemporaryDirectory()
    let result = try ToolRun.shell(
      "\"${DVSPREP%dvsprep}graph-mutants\" run --count 100 --seed 20 --findings found",
      in: folder.path)
    #expect(result.exitCode == 0, "\(result)")
    #expect(result.standardOutput.contains("\nall: 100 mutants: "))
    #expect(result.standardOutput.hasPrefix("bytes: "))
    #expect(try namesInDirectory(folder.file("found")).isEmpty)
  }

  @Test("of caches are refused in one line, or read as libhdf5 reads them")
  func mutants() throws {
    let folder = try TemporaryDirectory()
    let result = try ToolRun.shell(
      "\"${DVSPREP%dvsprep}cache-mutants\" run --count 600 --seed 20 --findings found",
      in: folder.path)
    #expect(result.exitCode == 0, "\(result.standardOutput)")
    // Both versions, with and without recomputed checksums.
    #expect(result.standardOutput.contains("| 1 | recomputed | "))
    #expect(result.standardOutput.contains("| 2 | unchanged | "))
  }
}
