internal import FileAccess
internal import FoundationEssentials
package import SystemPackage

/// The epochs of a run, as `metrics.jsonl` has them.
package struct RunHistory: Equatable, Sendable {
  /// The epochs, by their number, each once.
  package private(set) var epochs: [EpochReport] = []

  /// Begins with none.
  package init() {}

  /// Reads the file of a run.
  ///
  /// If an epoch has two lines, the later one counts. A last line without an end is left out where
  /// it is damaged: the run was killed.
  ///
  /// - Throws: ``TrainError`` with code `file` when the file cannot be read, or another line is
  ///   damaged.
  package init(reading path: FilePath) throws(TrainError) {
    let bytes: [UInt8]
    do throws(FileError) {
      bytes = try readSmallFile(path, maximumByteCount: 1 << 30)
    } catch {
      throw TrainError(error)
    }
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (number, line) in lines.enumerated() where !line.isEmpty && !Self.isOfStep(line) {
      if let report = try? JSONDecoder().decode(EpochReport.self, from: Data(line)) {
        append(report)
      } else if number + 1 < lines.count {
        throw TrainError(
          .file, path, "line \(number + 1)", "the line of an epoch or a step expected")
      }
    }
  }

  /// Adds an epoch; removes this and later epochs, which a run resumed from an earlier one repeats.
  mutating func append(_ report: EpochReport) {
    while let last = epochs.last, last.epoch >= report.epoch { epochs.removeLast() }
    epochs.append(report)
  }

  /// Whether a line is a step's.
  ///
  /// There may be thousands, and they are not parsed: keys are sorted, so that the type is last.
  private static func isOfStep(_ line: ArraySlice<UInt8>) -> Bool {
    let end = #","type":"step"}"#.utf8
    return line.count > end.count && line.suffix(end.count).elementsEqual(end)
  }

  /// The last test pass, or where none is tested the last pass over held-out samples.
  package var lastEvaluation: (epoch: Int, report: EvaluationReport, isTest: Bool)? {
    for epoch in epochs.reversed() {
      if let report = epoch.test { return (epoch.epoch, report, true) }
      if let report = epoch.validation { return (epoch.epoch, report, false) }
    }
    return nil
  }
}
