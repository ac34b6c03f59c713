internal import FileAccess
package import SystemPackage

/// The files that a run writes to its folder.
package struct RunFiles: Equatable, Sendable {
  /// The run's folder.
  package let folder: FilePath

  /// Creates the paths of the files, which need not exist.
  init(in folder: FilePath) { self.folder = folder }

  /// The checkpoint from which the run resumes.
  package var latestCheckpoint: FilePath { folder.appending("checkpoint_latest.safetensors") }
  /// The checkpoint with the best accuracy.
  package var bestCheckpoint: FilePath { folder.appending("checkpoint_max.safetensors") }
  /// Whether the folder contains a checkpoint.
  var hasCheckpoint: Bool { latestCheckpoint.exists || bestCheckpoint.exists }

  /// The name of ``metrics``.
  static let metricsName = "metrics.jsonl"
  /// The file with one line per epoch, and one per step that is logged.
  var metrics: FilePath { folder.appending(Self.metricsName) }
  /// The file with the command and the settings of each start.
  var arguments: FilePath { folder.appending("args.txt") }
  /// The page that shows the run.
  package var report: FilePath { folder.appending("report.html") }
  /// The picture of a curve.
  func picture(of curve: Curve) -> FilePath { folder.appending("\(curve.rawValue).svg") }

  /// The pictures and the page.
  var pictures: [FilePath] { Curve.ofRunFolder.map(picture) + [report] }

  /// Whether a run writes a file with this name.
  func isResult(_ name: String) -> Bool {
    ([latestCheckpoint, bestCheckpoint, metrics, arguments] + pictures)
      .contains(folder.appending(name)) || name.hasPrefix("events.out.tfevents.")
  }
}
