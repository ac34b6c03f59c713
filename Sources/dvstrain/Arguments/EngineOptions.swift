import ArgumentParser
import Glibc
import Threads
import Train

/// What computes, and on how many threads.
struct EngineOptions: ParsableArguments {
  @Option(
    name: DocumentOption.device.name,
    help: ArgumentHelp(
      "auto, cpu, cuda:N, or reference: plain and slow, what others are tested against. (default: auto)",
      valueName: "name"),
    transform: { text in
      guard let choice = EngineChoice(text) else {
        throw ValidationError("auto, cpu, reference or cuda:N expected")
      }
      return choice
    })
  var device = EngineChoice.automatic

  @Option(
    name: DocumentOption.threads.name,
    help: ArgumentHelp("Threads that compute; they change no result.", valueName: "N"))
  var threads = availableProcessorCount

  @Option(
    name: DocumentOption.loaderThreads.name, parsing: .unconditional,
    help: ArgumentHelp(
      "Threads that decode frames ahead; 0 decodes in between. They change no result.",
      valueName: "N"))
  var loaderThreads = 4

  /// The processor's instructions that the environment asks for.
  var instructionSet: String? {
    // Safe: a text of the environment, which nothing here changes, is copied.
    guard let name = unsafe getenv("DVS_ISA") else { return nil }
    return unsafe String(cString: name)
  }

  var threadText: String { "\(threads) thread\(threads == 1 ? "" : "s")" }

  func validate() throws {
    try DocumentOption.threads.expect(1...1024, threads, "threads")
    try DocumentOption.loaderThreads.expect(0...1024, loaderThreads, "threads")
  }
}
