internal import FileAccess
internal import FoundationEssentials
public import SystemPackage

/// The epochs of a run, as `metrics.jsonl` has them.
public struct RunHistory: Equatable, Sendable {
  /// The epochs, by their number, each once.
  public private(set) var epochs: [EpochReport] = []

  /// Begins with none.
  public init() {}

  /// Reads the file of a run.
  ///
  /// A line that is damaged, as the last one of a run that was killed, is left out; of two lines of an epoch the later counts.
  ///
  /// - Throws: ``TrainError`` with code `file` when the file cannot be read.
  public init(reading path: FilePath) throws(TrainError) {
    let bytes: [UInt8]
    do throws(FileError) {
      bytes = try readSmallFile(path, maximumByteCount: 1 << 30)
    } catch {
      throw TrainError(error)
    }
    for line in bytes.split(separator: UInt8(ascii: "\n")) where Self.mayBeEpoch(line) {
      if let report = try? JSONDecoder().decode(EpochReport.self, from: Data(line)) {
        append(report)
      }
    }
  }

  /// Adds an epoch; those behind it, of a run that went back, go.
  mutating func append(_ report: EpochReport) {
    while let last = epochs.last, last.epoch >= report.epoch { epochs.removeLast() }
    epochs.append(report)
  }

  /// Whether a line is worth parsing: lines of steps may be thousands.
  private static func mayBeEpoch(_ line: ArraySlice<UInt8>) -> Bool {
    let mark = Array(#""type":"epoch""#.utf8)
    guard line.count > mark.count else { return false }
    // Keys are sorted, so that the type of an epoch is its last entry.
    return line.suffix(mark.count + 1).starts(with: mark) || line.firstRange(of: mark) != nil
  }

  /// The last test pass, or where none is tested the last pass over held-out samples.
  public var lastEvaluation: (epoch: Int, report: EvaluationReport, isTest: Bool)? {
    for epoch in epochs.reversed() {
      if let report = epoch.test { return (epoch.epoch, report, true) }
      if let report = epoch.validation { return (epoch.epoch, report, false) }
    }
    return nil
  }
}
