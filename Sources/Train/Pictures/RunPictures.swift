internal import FileAccess
internal import FrameCache
internal import SpikingNetwork
internal import SystemPackage

/// The pictures and the report in a run's folder, rewritten after each epoch.
///
/// Training does not depend on them. If one cannot be written, a single warning is given and
/// training continues. A full disk still ends the run, because the checkpoint cannot be written
/// either.
final class RunPictures {
  private let files: RunFiles
  private let settings: TrainingSettings
  private let cache: FrameCache
  private let cacheHash: String
  private let starts: [RunStartRecord]
  private let epochCount: Int
  private let onWarning: (String) -> Void
  private var history: RunHistory
  private var mistakes: MistakeFrames?
  private var hasWarned = false

  /// Reads the earlier epochs of a resumed run from `metrics.jsonl`, and all starts from
  /// `args.txt`.
  init(
    _ files: RunFiles, isResuming: Bool, _ settings: TrainingSettings,
    cache: FrameCache, cacheHash: String, epochCount: Int, onWarning: @escaping (String) -> Void
  ) throws(TrainError) {
    self.files = files
    self.settings = settings
    self.cache = cache
    self.cacheHash = cacheHash
    starts = RunStartRecord.all(in: files.arguments)
    self.epochCount = epochCount
    self.onWarning = onWarning
    history = isResuming ? try RunHistory(reading: files.metrics) : RunHistory()
  }

  /// Adds an epoch, and rewrites all files.
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
        history: history, cacheHash: cacheHash, starts: starts)
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
