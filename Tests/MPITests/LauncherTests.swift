import MPI
import Testing

@Suite struct LauncherTests {
  static let openMPI = [
    "OMPI_COMM_WORLD_RANK": "3", "OMPI_COMM_WORLD_SIZE": "4", "OMPI_COMM_WORLD_LOCAL_RANK": "1",
    "PMIX_RANK": "3",
  ]
  static let hydra = ["PMI_RANK": "1", "PMI_SIZE": "2", "PMI_FD": "7", "MPI_LOCALRANKID": "1"]
  static let step = [
    "SLURM_JOB_ID": "9", "SLURM_STEP_ID": "0", "SLURM_PROCID": "5", "SLURM_STEP_NUM_TASKS": "8",
    "SLURM_LOCALID": "1", "SLURM_NTASKS": "8",
  ]

  @Test("a process that nothing has started together with others is alone")
  func alone() { #expect(Launcher(environment: { _ in nil }) == nil) }

  @Test("Open MPI's mpirun is recognised, also where Slurm has started its processes")
  func openMPI() {
    let expected = Launcher(.openMPI, rank: 3, count: 4, isFirstOnMachine: false)
    #expect(Launcher(environment: { Self.openMPI[$0] }) == expected)
    let both = Self.openMPI.merging(Self.step) { $1 }
    #expect(Launcher(environment: { both[$0] }) == expected)
    #expect(expected.libraries == ["libmpi.so.40"])
  }

  @Test("a launcher with PMI is recognised, also inside of a step of Slurm with other numbers")
  func pmi() {
    let expected = Launcher(.pmi, rank: 1, count: 2, isFirstOnMachine: false)
    #expect(Launcher(environment: { Self.hydra[$0] }) == expected)
    let both = Self.hydra.merging(Self.step) { $1 }
    #expect(Launcher(environment: { both[$0] }) == expected)
    #expect(expected.libraries == ["libmpi_abi.so.1", "libmpi.so.12", "libmpich.so.12"])
  }

  @Test("srun is recognised by its step, with its PMI, PMIx or none of them")
  func slurm() {
    func launcher(_ more: [String: String]) -> Launcher? {
      let environment = Self.step.merging(more) { $1 }
      return Launcher(environment: { environment[$0] })
    }
    #expect(
      launcher([:]) == Launcher(.slurm, rank: 5, count: 8, isSlurm: true, isFirstOnMachine: false))
    #expect(
      launcher(["PMI_RANK": "5", "PMI_SIZE": "8"])
        == Launcher(.pmi, rank: 5, count: 8, isSlurm: true, isFirstOnMachine: false))
    #expect(
      launcher(["PMIX_RANK": "5"])
        == Launcher(.openMPI, rank: 5, count: 8, isSlurm: true, isFirstOnMachine: false))
    #expect(launcher(["PMIX_RANK": "5"])?.libraries.first == "libmpi.so.40")
    #expect(launcher([:])?.name == "srun")
  }

  @Test("a batch script of Slurm is one process, whatever the number of its job's tasks")
  func batchScript() {
    var environment = Self.step
    environment["SLURM_STEP_ID"] = nil
    environment["SLURM_STEP_NUM_TASKS"] = nil
    environment["SLURM_PROCID"] = "0"
    #expect(Launcher(environment: { environment[$0] }) == nil)
  }

  @Test(
    "variables that are no rank of a number of ranks are not a launcher's",
    arguments: ["4 4", "-1 4", "0 0", "x 4", "0 ", "0 4294967296000000000000", "1", " 2"])
  func nonsense(words: String) {
    let words = words.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    let environment = ["PMI_RANK": words.first, "PMI_SIZE": words.count > 1 ? words[1] : nil]
    #expect(Launcher(environment: { environment[$0] ?? nil }) == nil)
  }
}
