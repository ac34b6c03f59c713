internal import FileAccess
internal import TensorBoard

/// The logs of a run: `metrics.jsonl` and points for TensorBoard.
final class RunLog {
  private let metrics: MetricsFile
  private var board: TensorBoardWriter

  /// Opens both logs.
  ///
  /// - Parameters:
  ///   - epoch: The epoch at which a run is resumed: entries of it and later ones become void.
  ///     `nil` for a new run.
  ///   - stepCount: Entries of steps after this one become void.
  init(
    _ files: RunFiles, resumingAtEpoch epoch: Int?, stepCount: Int
  ) throws(TrainError) {
    do throws(FileError) {
      metrics = try MetricsFile(
        appendingTo: files.metrics, epoch: epoch ?? 0, stepCount: stepCount)
    } catch {
      throw TrainError(error)
    }
    do throws(TensorBoardError) {
      board = try TensorBoardWriter(in: files.folder, continuingAt: epoch ?? 0)
    } catch {
      throw TrainError(error)
    }
  }

  /// Appends an epoch; it is on disk when the call returns.
  func append(_ report: EpochReport) throws(TrainError) {
    do throws(TensorBoardError) {
      try board.append(
        report.scalars.map { TensorBoardScalar($0.tag, Float($0.value)) }, step: report.epoch)
    } catch {
      throw TrainError(error)
    }
    do throws(FileError) { try metrics.append(report) } catch { throw TrainError(error) }
    try synchronize()
  }

  /// Appends a step.
  func append(_ report: StepReport) throws(TrainError) {
    do throws(FileError) { try metrics.append(report) } catch { throw TrainError(error) }
  }

  /// Flushes both logs to disk.
  func synchronize() throws(TrainError) {
    do throws(TensorBoardError) { try board.synchronize() } catch { throw TrainError(error) }
    do throws(FileError) { try metrics.synchronize() } catch { throw TrainError(error) }
  }
}

extension TrainError {
  fileprivate init(_ error: TensorBoardError) {
    self.init(.file, error.path, "", error.detail, cause: error)
  }
}
