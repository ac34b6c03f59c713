internal import FileAccess
package import SystemPackage

/// The files that a run leaves in its folder.
package struct RunFiles: Equatable, Sendable {
  /// The run's folder.
  package let folder: FilePath

  /// Names the files of a folder, which need not be there.
  init(in folder: FilePath) { self.folder = folder }

  /// The checkpoint from which the run resumes.
  package var latestCheckpoint: FilePath { folder.appending("checkpoint_latest.safetensors") }
  /// The checkpoint of the best accuracy.
  package var bestCheckpoint: FilePath { folder.appending("checkpoint_max.safetensors") }
  /// Whether there is a checkpoint.
  var holdsCheckpoint: Bool { latestCheckpoint.exists || bestCheckpoint.exists }

  /// The name of ``metrics``.
  static let metricsName = "metrics.jsonl"
  /// A line an epoch, and one for each step that is logged.
  var metrics: FilePath { folder.appending(Self.metricsName) }
  /// How the run was started, each time.
  var arguments: FilePath { folder.appending("args.txt") }
  /// The run on one page.
  var report: FilePath { folder.appending("report.html") }
  /// A curve as a picture.
  func picture(of curve: Curve) -> FilePath { folder.appending("\(curve.rawValue).svg") }

  /// The pictures, and the page that shows them.
  var pictures: [FilePath] { Curve.ofRunFolder.map(picture) + [report] }

  /// Whether a run leaves a file of that name.
  func isResult(_ name: String) -> Bool {
    ([latestCheckpoint, bestCheckpoint, metrics, arguments] + pictures)
      .contains(folder.appending(name)) || name.hasPrefix("events.out.tfevents.")
  }
}
