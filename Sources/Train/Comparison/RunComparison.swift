internal import FileAccess
package import SystemPackage

/// Several runs side by side.
package struct RunComparison: Sendable {
  /// A run.
  package struct Run: Sendable {
    /// Its folder.
    package let folder: FilePath
    /// What sets it apart from the others: settings that differ, else its folder's name.
    package internal(set) var label: String
    /// Its epochs.
    package let history: RunHistory
    let arguments: RunArguments?

    /// The highest value of a curve, and the epoch that had it first.
    package func best(_ curve: Curve) -> (value: Double, epoch: Int)? {
      history.best(curve)
    }
  }

  /// The runs, in the order in which they were named.
  package private(set) var runs: [Run]

  /// Reads runs.
  ///
  /// - Parameter folders: Folders of runs, or folders that they stand in.
  /// - Throws: ``TrainError`` with code `file` for a folder that is neither, or a file that cannot
  ///   be read.
  package init(of folders: [FilePath]) throws(TrainError) {
    runs = []
    for folder in folders {
      for path in try Self.runFolders(at: folder) where !runs.contains(where: { $0.folder == path })
      {
        runs.append(
          Run(
            folder: path, label: path.lastComponent?.string ?? path.string,
            history: try RunHistory(reading: RunFiles(in: path).metrics),
            arguments: RunArguments(reading: RunFiles(in: path).arguments)))
      }
    }
    nameByDifferences()
  }

  /// A run's folder itself, or those in it.
  private static func runFolders(at folder: FilePath) throws(TrainError) -> [FilePath] {
    if RunFiles(in: folder).metrics.exists { return [folder.lexicallyNormalized()] }
    let names: [String]
    do throws(FileError) { names = try namesInDirectory(folder) } catch { throw TrainError(error) }
    let inner = names.map { folder.lexicallyNormalized().appending($0) }
      .filter { RunFiles(in: $0).metrics.exists }
    guard !inner.isEmpty else {
      throw TrainError(
        .file, folder, "",
        "no run of dvstrain: \(RunFiles.metricsName) expected in it, or in folders in it")
    }
    return inner
  }

  /// What stands for a setting that a run has not: the default network has no text.
  private static func missing(_ name: String, in settings: [String: String]) -> String {
    guard name == "net", let channels = settings["channels"] else { return "–" }
    return "default, \(channels) channels" + (settings["pool"] == "avg" ? ", avg" : "")
  }

  /// Names runs by the settings in which they differ; what is still the same gets the folder's
  /// name, too.
  private mutating func nameByDifferences() {
    let settings = runs.map { $0.arguments?.values ?? [:] }
    var names = Set(settings.flatMap(\.keys)).sorted().filter { name in
      Set(settings.map { $0[name] }).count > 1
    }
    if names.contains("net") {
      // The text says what these say of the default network. It is long, so it comes last.
      names.removeAll { TrainingSettings.layerKeys.contains($0) }
      names.append("net")
    }
    if runs.count > 1 && !names.isEmpty && runs.allSatisfy({ $0.arguments != nil }) {
      for number in runs.indices {
        runs[number].label = names.map {
          "\($0) \(settings[number][$0] ?? Self.missing($0, in: settings[number]))"
        }
        .joined(separator: ", ")
      }
    }
    let labels = runs.map(\.label)
    for number in runs.indices where labels.count(where: { $0 == labels[number] }) > 1 {
      runs[number].label += " (\(runs[number].folder))"
    }
  }
}
