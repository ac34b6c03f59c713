import FileAccess
import Support
import SystemPackage
import Testing

@testable import FrameCache

@Suite("The memory limit of control groups")
struct ControlGroupTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func limit(_ membership: String) -> Int? {
    ControlGroup(membership: membership, root: directory.path).memoryByteCount
  }

  private func write(_ text: String, to path: String) throws {
    let file = directory.file(path)
    try createDirectories(file.parentDirectory)
    try directory.write(text, to: path)
  }

  @Test("is the smallest of a group's and those above it, in version 2")
  func version2() throws {
    try write("max\n", to: "jobs/memory.max")
    try write("3000000000\n", to: "jobs/7/memory.max")
    try write("5000000000\n", to: "jobs/7/step/memory.max")
    #expect(limit("0::/jobs/7/step\n") == 3_000_000_000)
    #expect(limit("0::/jobs\n") == nil)
    #expect(limit("0::/elsewhere\n") == nil)
  }

  @Test("is read from the memory controller in version 1, where a huge number means no limit")
  func version1() throws {
    try write("9223372036854771712\n", to: "memory/memory.limit_in_bytes")
    try write("2000000000\n", to: "memory/job_1/memory.limit_in_bytes")
    let others = "5:cpu,cpuacct:/job_1\n1:name=systemd:/job_1\n"
    #expect(limit(others + "4:memory:/job_1\n") == 2_000_000_000)
    #expect(limit(others + "4:memory:/\n") == nil)
    #expect(limit(others) == nil)
  }

  @Test("is that of the root in a container, where the group's path leads out of it")
  func container() throws {
    try write("1000000000\n", to: "memory.max")
    #expect(limit("0::/../../pod\n") == 1_000_000_000)
    #expect(limit("") == nil)
  }

  @Test("limits the memory of this process, together with the machine's")
  func machine() {
    let byteCount = MachineMemory.byteCount
    #expect(byteCount > 1 << 20)
    #expect(byteCount <= ControlGroup().memoryByteCount ?? .max)
  }
}
