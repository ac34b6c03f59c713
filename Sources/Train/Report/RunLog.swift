internal import FileAccess
internal import TensorBoard

/// What a run writes beside its checkpoints: `metrics.jsonl` and points for TensorBoard.
final class RunLog {
  private let metrics: MetricsFile
  private var board: TensorBoardWriter

  /// Opens both.
  ///
  /// - Parameters:
  ///   - epoch: Where an earlier run resumes: what was written of this epoch and later ones counts
  ///     no more. `nil` for a run that begins.
  ///   - stepCount: What was written of later steps counts no more.
  init(
    _ files: RunFiles, continuingAtEpoch epoch: Int?, stepCount: Int
  ) throws(TrainError) {
    do throws(FileError) {
      metrics = try MetricsFile(
        appendingTo: files.metrics, epoch: epoch ?? 0, stepCount: stepCount)
    } catch {
      throw TrainError(error)
    }
    do throws(TensorBoardError) {
      board = try TensorBoardWriter(in: files.folder, continuingAt: epoch)
    } catch {
      throw TrainError(error)
    }
  }

  /// Adds an epoch; when the call returns, it is on the disk.
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

  /// Adds a step.
  func append(_ report: StepReport) throws(TrainError) {
    do throws(FileError) { try metrics.append(report) } catch { throw TrainError(error) }
  }

  /// Makes sure that all is on the disk.
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
