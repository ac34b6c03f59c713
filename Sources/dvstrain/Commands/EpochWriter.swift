import SystemPackage
import Terminal
import ToolSupport
import Train

/// Writes each epoch to stdout as soon as it is done.
///
/// An error of stdout, such as a full disk or a closed pipe, does not end training; it is reported
/// afterwards.
final class EpochWriter {
  /// The first error of stdout.
  private(set) var failure: Errno?
  /// The run's folder, which lines of JSON name.
  var folder: FilePath?
  private let asJSON: Bool
  /// Fewer digits for people than for programs.
  private let digits = OutputTerminal.isPresent ? 6 : nil

  /// Creates a writer of lines of text or JSON.
  init(asJSON: Bool) { self.asJSON = asJSON }

  /// Writes an epoch.
  func write(_ report: EpochReport) {
    do {
      if asJSON {
        try printJSON(JSON(report: report, folder: folder?.string))
      } else {
        print(report.line(digits: digits))
      }
    } catch {
      failure = failure ?? .invalidArgument
    }
    if let error = printedTextError() { failure = failure ?? Errno(rawValue: error) }
  }

  /// An epoch as in `metrics.jsonl`, and the run's folder.
  private struct JSON: Encodable {
    let report: EpochReport
    let folder: String?

    private enum CodingKeys: String, CodingKey {
      case folder = "run_folder"
    }

    func encode(to encoder: any Encoder) throws {
      try report.encode(to: encoder)
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encodeIfPresent(folder, forKey: .folder)
    }
  }
}
