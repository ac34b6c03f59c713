import ArgumentParser
import FrameCache
import Glibc
import MPI
import SpikingNetwork
import Terminal
import Threads
import Train

/// The engine, and numbers of threads.
struct MachineOptions: ParsableArguments {
  @Option(
    name: OptionName.device.name,
    help: ArgumentHelp(
      "auto, cpu, cuda:N, or reference: the plain, slow engine that others are tested against. (default: auto)",
      valueName: "name"),
    transform: { text in
      guard let choice = engines.choice(text) else {
        throw ValidationError("\(engines.choicesText) expected")
      }
      return choice
    })
  var device = EngineChoice.automatic

  @Option(
    name: OptionName.threads.name, parsing: .unconditional,
    help: ArgumentHelp(
      "Computing threads; results do not depend on them. Default: the processors; as one of several ranks, those that the ranks on this machine may use, divided by their number.",
      valueName: "N"))
  var chosenThreads: Int?

  @Option(
    name: OptionName.loaderThreads.name, parsing: .unconditional,
    help: ArgumentHelp(
      "Threads that decode frames ahead of training; 0 decodes between steps on the training thread. Results do not depend on them.",
      valueName: "N"))
  var loaderThreads = 4

  /// Throws where the engine or device is not available; called before data are read.
  ///
  /// - Parameter rankCount: The number of processes that train together.
  func requireDevice(rankCount: Int = 1) throws(TrainError) {
    do throws(EngineError) {
      try engines.requireDevice(device, processCount: rankCount)
    } catch {
      throw TrainError(error)
    }
  }

  /// The number of computing threads.
  ///
  /// - Parameter ranks: The ranks that divide this machine's processors among them; `nil` alone.
  func threads(of ranks: MPIRanks? = nil) -> Int {
    chosenThreads ?? ranks?.threadCount ?? availableProcessorCount
  }

  /// Options of the engine.
  func engineOptions(
    batchSize: Int, isTraining: Bool = false, of ranks: MPIRanks? = nil,
    reducer: any Reducer = SingleProcess(), _ messages: Messages
  ) -> EngineOptions {
    EngineOptions(
      threadCount: threads(of: ranks), batchSize: batchSize, isTraining: isTraining,
      memoryByteCount: MachineMemory.availableByteCount, instructionSet: instructionSet,
      reducer: reducer
    ) { messages.warn($0) }
  }

  /// The instruction set that DVS_ISA names; `nil` where it is unset or empty.
  private var instructionSet: String? {
    // Safe: the text is copied, and nothing changes the environment.
    guard let name = unsafe getenv("DVS_ISA") else { return nil }
    let text = unsafe String(cString: name)
    return text.isEmpty ? nil : text
  }

  /// The number of computing threads, for messages.
  func threadText(of ranks: MPIRanks? = nil) -> String {
    counted(threads(of: ranks), "thread") + (ranks.map { " in each of \($0.count) ranks" } ?? "")
  }

  func validate() throws {
    if let chosenThreads { try OptionName.threads.expect(1...1024, chosenThreads, "threads") }
    try OptionName.loaderThreads.expect(0...1024, loaderThreads, "threads")
  }
}
