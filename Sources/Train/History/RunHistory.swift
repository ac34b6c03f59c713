internal import FileAccess
internal import FoundationEssentials
package import SystemPackage

/// The epochs of a run, from `metrics.jsonl`.
package struct RunHistory: Equatable, Sendable {
  /// The epochs in ascending order, each once.
  package private(set) var epochs: [EpochReport] = []

  /// Creates an empty history.
  package init() {}

  /// Reads a run's `metrics.jsonl`.
  ///
  /// If an epoch has two lines, the later one is used. An incomplete last line is ignored: a killed
  /// run leaves one.
  ///
  /// - Throws: ``TrainError`` with code `file` if the file cannot be read or another line is
  ///   corrupt.
  package init(reading path: FilePath) throws(TrainError) {
    let bytes: [UInt8]
    do throws(FileError) {
      bytes = try readSmallFile(path, maximumByteCount: 1 << 30)
    } catch {
      throw TrainError(error)
    }
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (number, line) in lines.enumerated() where !line.isEmpty && !Self.isStep(line) {
      if let report = try? JSONDecoder().decode(EpochReport.self, from: Data(line)) {
        append(report)
      } else if number + 1 < lines.count {
        throw TrainError(
          .file, path, "line \(number + 1)", "the line of an epoch or a step expected")
      }
    }
  }

  /// Adds an epoch, and first removes this epoch and later ones: a resumed run repeats them.
  mutating func append(_ report: EpochReport) {
    while let last = epochs.last, last.epoch >= report.epoch { epochs.removeLast() }
    epochs.append(report)
  }

  /// Whether a line is of a step.
  ///
  /// There may be thousands of them, so they are not parsed: keys are sorted, so `type` is the
  /// last.
  private static func isStep(_ line: ArraySlice<UInt8>) -> Bool {
    let end = #","type":"step"}"#.utf8
    return line.count > end.count && line.suffix(end.count).elementsEqual(end)
  }

  /// The last epoch with a test or validation pass; of an epoch with both, the test pass.
  package var lastEvaluation: (epoch: Int, report: EvaluationReport, isTest: Bool)? {
    for epoch in epochs.reversed() {
      if let report = epoch.test { return (epoch.epoch, report, true) }
      if let report = epoch.validation { return (epoch.epoch, report, false) }
    }
    return nil
  }
}
