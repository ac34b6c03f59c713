internal import FileAccess
package import SystemPackage

extension RunFiles {
  /// Which checkpoint of a run is meant where its folder is given.
  package enum CheckpointChoice: Sendable {
    /// The one with the best accuracy, to use the network.
    case best
    /// The latest one, to resume the run.
    case latest
  }

  /// The checkpoint that the user means: the file, or one in a run's folder.
  ///
  /// Where a run has only the other checkpoint, that is taken.
  ///
  /// - Parameters:
  ///   - path: A file, which need not exist, or a run's folder.
  ///   - choice: Which checkpoint of a folder is meant.
  /// - Throws: ``TrainError`` for another file of a run, and for a folder without checkpoints; the
  ///   detail names the run's folder, or one that has some.
  package static func checkpoint(
    at path: FilePath, _ choice: CheckpointChoice
  ) throws(TrainError) -> FilePath {
    guard path.isDirectory else {
      let run = RunFiles(in: path.parentDirectory)
      if let name = path.lastComponent?.string, !name.hasSuffix(".safetensors"),
        run.isResult(name), run.hasCheckpoint
      {
        throw TrainError(
          .checkpoint, path, "",
          "a checkpoint or a run's folder expected, another file of a run found: its folder is "
            + "\(run.folder)")
      }
      return path
    }
    let files = RunFiles(in: path)
    let candidates = [files.bestCheckpoint, files.latestCheckpoint]
    let found = (choice == .best ? candidates : candidates.reversed()).first(where: \.exists)
    if let found { return found }
    let runs = ((try? namesInDirectory(path)) ?? []).map { path.appending($0) }
      .filter { RunFiles(in: $0).hasCheckpoint }
    let hint =
      runs.first.map { "; there are runs in it, such as \($0)" } ?? ""
    throw TrainError(
      .checkpoint, path, "",
      "a checkpoint or a run's folder expected, a folder without checkpoints found\(hint)")
  }
}
