import Support
import SystemPackage
import Testing

@Suite("Mutants of caches")
struct MutantsTests {
  @Test("are refused in one line, or read as libhdf5 reads them")
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
