internal import SpikingNetwork
internal import SystemPackage
internal import Terminal

extension TrainingSettings {
  /// The text in `args.txt` for a start: the command, every setting, the engine, the processor, and
  /// the lines of ``RunStartRecord``.
  func argumentsText(
    _ options: RunOptions, cache: FilePath, _ identity: CacheIdentity, isResuming: Bool,
    engine: any Engine
  ) -> String {
    let values = record.values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    let paths = [
      "cache=\(shellWord(cache.string))", "epochs=\(options.epochCount)",
      "j=\(options.loaderThreadCount)",
    ]
    let command = options.commandLine.map(shellWord).joined(separator: " ")
    let machine = RunMachine(running: engine)
    return """
      \(isResuming ? "resumed" : "started"): \(command)
      Namespace(\((values + paths).joined(separator: ", ")))
      engine: \(machine.engine), numerics version \(engine.numerics(precision))
      processor: \(machine.processor)
      \(RunStartRecord.linesOfNow(options.version, cache: identity).joined(separator: "\n"))

      """
  }
}
