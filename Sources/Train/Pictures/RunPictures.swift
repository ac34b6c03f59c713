internal import FileAccess
internal import FrameCache
internal import SpikingNetwork
internal import SystemPackage

/// The pictures and the report in a run's folder, written again after each epoch.
///
/// Nothing of a training depends on them. One that cannot be written is told once, and training
/// goes on: the disk that has no room for it will have none for a checkpoint either, and that does
/// end the run.
final class RunPictures {
  private let files: RunFiles
  private let settings: TrainingSettings
  private let cache: FrameCache
  private let epochCount: Int
  private let onWarning: (String) -> Void
  private var history: RunHistory
  private var mistakes: MistakeFrames?
  private var hasWarned = false

  /// Begins with what earlier starts of the run have left in `metrics.jsonl`.
  init(
    _ files: RunFiles, isResuming: Bool, _ settings: TrainingSettings,
    cache: FrameCache, epochCount: Int, onWarning: @escaping (String) -> Void
  ) throws(TrainError) {
    self.files = files
    self.settings = settings
    self.cache = cache
    self.epochCount = epochCount
    self.onWarning = onWarning
    history = isResuming ? try RunHistory(reading: files.metrics) : RunHistory()
  }

  /// Adds an epoch, and writes all files.
  func update(_ report: EpochReport) {
    history.append(report)
    do throws(TrainError) {
      let name = files.folder.lastComponent?.string ?? files.folder.string
      for curve in Curve.ofRunFolder {
        try write(
          Array(history.picture(of: curve, runName: name).utf8), to: files.picture(of: curve))
      }
      let page = RunReportPage(
        name: name, settings: settings, cache: cache, epochCount: epochCount,
        history: history)
      try write(page.bytes(try mistakeFrames()), to: files.report)
    } catch {
      if !hasWarned { onWarning("\(error): training continues without it") }
      hasWarned = true
    }
  }

  private func mistakeFrames() throws(TrainError) -> MistakeFrames {
    do throws(FrameCacheError) {
      let frames = try MistakeFrames(
        history.lastEvaluation?.report.mistakes ?? [], of: cache, shape: settings.network.input,
        earlier: mistakes)
      mistakes = frames
      return frames
    } catch {
      throw TrainError(error)
    }
  }

  private func write(_ bytes: [UInt8], to path: FilePath) throws(TrainError) {
    do throws(FileError) {
      try writeWholeFile(bytes, to: path, replacing: true)
    } catch {
      throw TrainError(error)
    }
  }
}
