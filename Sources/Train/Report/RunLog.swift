internal import FileAccess
internal import TensorBoard

/// What a run writes beside its checkpoints: `metrics.jsonl` and points for TensorBoard.
final class RunLog {
  private let metrics: MetricsFile

  /// Opens both, from an epoch on: what was written of it and later ones counts no more.
  init(_ folder: borrowing RunFolder, epoch: Int, stepCount: Int) throws(TrainError) {
    do throws(FileError) {
      metrics = try MetricsFile(
        appendingTo: folder.metrics, epoch: epoch, stepCount: stepCount)
    } catch {
      throw TrainError(error)
    }
  }

  /// Adds an epoch; when the call returns, it is on the disk.
  func append(_ report: EpochReport) throws(TrainError) {
    do throws(FileError) {
      try metrics.append(report)
    } catch {
      throw TrainError(error)
    }
    try synchronize()
  }

  /// Adds a step.
  func append(_ report: StepReport) throws(TrainError) {
    do throws(FileError) { try metrics.append(report) } catch { throw TrainError(error) }
  }

  /// Makes sure that all is on the disk.
  func synchronize() throws(TrainError) {
    do throws(FileError) { try metrics.synchronize() } catch { throw TrainError(error) }
  }
}
