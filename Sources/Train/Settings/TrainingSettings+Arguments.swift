internal import SystemPackage

extension TrainingSettings {
  /// What `args.txt` says: the command and every setting.
  func argumentsText(_ options: RunOptions, cache: FilePath, isResuming: Bool) -> String {
    let values = record.values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    let paths = [
      "cache=\(cache)", "epochs=\(options.epochCount)", "j=\(options.loaderThreadCount)",
    ]
    let command = options.commandLine.joined(separator: " ")
    return "\(isResuming ? "resumed" : "started"): \(command)\nNamespace("
      + (values + paths).joined(separator: ", ") + ")\n"
  }
}
