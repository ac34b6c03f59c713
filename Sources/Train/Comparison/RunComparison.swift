internal import FileAccess
package import SystemPackage

/// Several runs side by side.
package struct RunComparison: Sendable {
  /// A run.
  package struct Run: Sendable {
    /// The run's folder.
    package let folder: FilePath
    /// The settings in which it differs from the other runs; if there are none, the folder's name.
    package internal(set) var label: String
    /// The run's epochs.
    package let history: RunHistory
    let arguments: RunArguments?

    /// The maximum of a curve, and the first epoch that has it.
    package func best(_ curve: Curve) -> (value: Double, epoch: Int)? {
      history.best(curve)
    }
  }

  /// The runs in the order of the given folders.
  package private(set) var runs: [Run]

  /// Reads runs.
  ///
  /// - Parameter folders: Folders of runs, or folders that contain them.
  /// - Throws: ``TrainError`` with code `file` for a folder without runs, or a file that cannot be
  ///   read.
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
    labelByDifferences()
  }

  /// The curves that some run has values of.
  package var curves: [Curve] {
    Curve.allCases.filter { curve in
      runs.contains { run in run.history.epochs.contains { curve.value(of: $0) != nil } }
    }
  }

  /// Requires that some run has values of a curve: its picture would be empty.
  ///
  /// - Throws: ``TrainError`` with code `file`.
  package func requireValues(of curve: Curve) throws(TrainError) {
    let curves = self.curves
    if curves.contains(curve) { return }
    let name = curve.rawValue
    let found =
      curves.isEmpty
      ? "no run has a complete epoch yet"
      : "no run has it: they have " + curves.map(\.rawValue).joined(separator: ", ")
    throw TrainError(.file, runs[0].folder, "", "--curve \(name): \(found)")
  }

  /// Returns the folder itself if it is a run's, else the runs' folders in it.
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

  /// The text for a setting that a run does not have; for the default network, whose record has no
  /// `net`, a description.
  private static func missing(_ name: String, in settings: [String: String]) -> String {
    guard name == "net", let channels = settings["channels"] else { return "–" }
    return "default, \(channels) channels" + (settings["pool"] == "avg" ? ", avg" : "")
  }

  /// Labels runs by the settings in which they differ, and appends the folder to labels that are
  /// not unique.
  private mutating func labelByDifferences() {
    let settings = runs.map { $0.arguments?.values ?? [:] }
    var names = Set(settings.flatMap(\.keys)).sorted().filter { name in
      Set(settings.map { $0[name] }).count > 1
    }
    if names.contains("net") {
      // The layer settings of the default network say the same as `net`. `net` is long, so it comes
      // last.
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
