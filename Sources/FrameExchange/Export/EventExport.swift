public import EventData
internal import EventFrames
internal import FileAccess
public import FrameCache
internal import NumPyFiles
public import SystemPackage
public import Threads

/// Writes the events of a data set's samples as SpikingJelly does: an archive `t`, `x`, `y`, `p` of
/// each, 64-bit integers, in `events_np/train/<class>/<sample>.npz`.
///
/// The events of a sample are those that frames count: in its window, on the sensor. For a cache
/// they are those of its frames, at the frame's pixels, so that the same frames can be made of
/// them.
public struct EventExport: Sendable {
  private let dataSet: any EventDataSet
  private let cache: FrameCache?
  private let root: FilePath
  private let isCompressed: Bool
  private let replacesExisting: Bool
  private let threadCount: Int
  private let observer: WorkObserver
  /// Memory for events, of all threads together; half of the machine's, as for frames.
  var memoryByteCount = MachineMemory.availableByteCount / 2

  /// Describes the work.
  ///
  /// - Parameters:
  ///   - dataSet: The recordings.
  ///   - cache: The cache of them whose samples and settings decide; `nil` for all samples, and all
  ///     events on the sensor.
  ///   - root: The folder in which `events_np` appears; SpikingJelly's root.
  ///   - isCompressed: Whether the archives are compressed.
  ///   - replacesExisting: Whether a folder of that name may be replaced, even if it is not empty.
  ///   - threadCount: Number of threads.
  ///   - observer: Receives progress, and can cancel the work.
  public init(
    _ dataSet: any EventDataSet, of cache: FrameCache? = nil, to root: FilePath,
    isCompressed: Bool, replacesExisting: Bool, threadCount: Int, observer: WorkObserver
  ) {
    self.dataSet = dataSet
    self.cache = cache
    self.root = root
    self.isCompressed = isCompressed
    self.replacesExisting = replacesExisting
    self.threadCount = threadCount
    self.observer = observer
  }

  /// Writes the files; the folder appears when all are complete.
  ///
  /// - Throws: ``FrameCache/FrameCacheError``, also if the recordings are not those of the cache;
  ///   an existing folder then stays.
  public func run() throws(FrameCacheError) -> ExportReport {
    let destination = root.appending(FrameExport.eventFolderName)
    let cached: CachedSamples? =
      if let cache { try CachedSamples(cache, dataSet.schema) } else { nil }
    // An export of frames leaves this folder empty.
    let folder = try ExportFolder(
      destination, replacesExisting: replacesExisting || Self.isEmptyFolder(destination))
    let classes = try ClassFolderNames.all(of: dataSet.schema, dataSet.path)
    for split in DataSetSplit.allCases {
      for name in classes { try folder.makeFolder("\(split.rawValue)/\(name)") }
    }
    let sampleCount = dataSet.recordings.reduce(0) { $0 + $1.samples.count }
    let progress = SampleProgress(sampleCount, observer)
    let memory = EventMemory(maximumByteCount: memoryByteCount, threadCount: threadCount)
    let selection = CountedEvents(
      on: dataSet.schema.sensor, invalidEvents: cache?.settings.invalidEvents ?? .keep,
      preprocessing: cache?.settings.preprocessing)
    let (dataSet, observer, isCompressed) = (dataSet, observer, isCompressed)
    do throws(DataSetError) {
      try dataSet.forEachRecording(
        RecordingReading(threadCount: threadCount, isCancelled: observer.isCancelled)
      ) { (part, contents) throws(DataSetError) in
        let recording = dataSet.recordings[part.recording]
        var samples = SampleEvents(recording, selection, memory)
        try contents.forEachPiece { events throws(DataSetError) in
          if observer.isCancelled() { throw .cancelled(recording.path) }
          try samples.add(events)
        }
        for (index, sample) in recording.samples.enumerated() {
          let eventCount = samples.finish(index)
          do throws(FrameCacheError) {
            if let cached,
              try !cached.contains(sample, of: recording, eventCount: eventCount)
            {
              progress.step()
              continue
            }
          } catch { throw Self.wrapped(error) }
          let bytes = try samples.archive(index, isCompressed: isCompressed)
          do throws(FrameCacheError) {
            let name = try ExportFolder.component(sample.name, of: dataSet.path)
            try folder.write(
              bytes, to: "\(recording.split.rawValue)/\(classes[sample.label])/\(name).npz")
          } catch { throw Self.wrapped(error) }
          progress.step()
        }
      }
    } catch {
      if observer.isCancelled() { throw .cancelled(destination, cause: error) }
      throw error.cause as? FrameCacheError ?? FrameCacheError(error)
    }
    try cached?.requireAllFound()
    // Only now: if the work fails, the folder stays; and it stays if it is not empty any more.
    removeEmptyDirectories([destination])
    try folder.publish(replacing: replacesExisting)
    return ExportReport(
      destination: destination, sampleCount: cache?.samples.count ?? sampleCount,
      byteCount: folder.byteCount,
      warnings: dataSet.warnings.map(\.description)
        + ClassFolderNames.warnings(of: dataSet.schema, in: destination))
  }

  /// The error as the walk over recordings takes it.
  private static func wrapped(_ error: FrameCacheError) -> DataSetError {
    DataSetError(.file, error.path, .whole, error.detail, cause: error)
  }

  private static func isEmptyFolder(_ path: FilePath) -> Bool {
    (try? Stat(path, followTargetSymlink: false))?.type == .directory
      && (try? namesInDirectory(path))?.isEmpty == true
  }
}
