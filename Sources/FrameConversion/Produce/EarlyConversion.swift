internal import EventData
internal import EventFrames
internal import FileAccess
internal import FrameCache
internal import Threads

/// Scans recordings and makes their frames at once, while their archive is being read or, of a
/// folder, one after another.
///
/// Which recordings of an archive belong to the data set is known only at its end; the results for
/// others are not used. Frames that could not be made here are made later.
final class EarlyConversion: @unchecked Sendable {
  /// Frames that were made here.
  struct Frames: Sendable {
    let counted: FrameCounter.Result
    let chunk: ChunkStore.Location
    let stageSeconds: StageSeconds
  }

  private struct Recording {
    let candidate: EarlyReading.Candidate
    let scan: Result<RecordingScan, DataSetError>
    /// The frames of each window; `nil` where there are none.
    var frames: [Frames?]
  }

  /// The type in which counts are stored here.
  static let elementType = ElementType.uint8

  let chunks: ChunkStore

  private let options: ConversionOptions
  private let observer: WorkObserver
  private let progress: ScanProgress
  private let lock = Lock()
  // Guarded by `lock`.
  private var recordings: [Int: Recording] = [:]
  /// The recordings with a count that does not fit ``elementType``.
  private var largeCountNumbers: Set<Int> = []
  /// The workspace of each thread.
  private var encoders: [FrameEncoder?]

  init(_ options: ConversionOptions, _ progress: ScanProgress, _ observer: WorkObserver) {
    self.options = options
    self.progress = progress
    self.observer = observer
    encoders = Array(repeating: nil, count: options.threadCount)
    chunks = ChunkStore(beside: options.destination)
  }

  /// The work on each recording.
  var reading: EarlyReading {
    EarlyReading(
      threadCount: options.threadCount,
      begin: { (thread, candidate, contents) throws(DataSetError) in
        try self.begin(thread, candidate, contents)
      },
      process: { (thread, number, part, contents) throws(DataSetError) in
        try self.makeFrames(thread, number, part, contents)
      })
  }

  /// Whether a recording of a data set has a count that does not fit ``elementType``; no other
  /// recording of an archive matters.
  func hasLargeCount(in dataSet: any EventDataSet) -> Bool {
    lock.withLock {
      dataSet.recordings.indices.contains { index in
        dataSet.earlyNumber(of: index).map(largeCountNumbers.contains) ?? false
      }
    }
  }

  /// The scan of a recording, if it was scanned with these windows.
  ///
  /// - Throws: ``EventData/DataSetError`` when the recording is defective.
  func scan(_ number: Int?, windows: [Range<Int64>]) throws(DataSetError) -> RecordingScan? {
    guard let number,
      let recording = lock.withLock({ recordings[number] }), recording.candidate.windows == windows
    else { return nil }
    return try recording.scan.get()
  }

  /// The frames that were made of the plan's samples, by the indices of its jobs; of a recording
  /// all, or none.
  func frames(of plan: ConversionPlan) -> [Int: Frames] {
    lock.withLock {
      guard largeCountNumbers.isEmpty else { return [:] }
      var found: [Int: Frames] = [:]
      var incomplete: Set<Int> = []
      for (number, job) in plan.jobs.enumerated() {
        let windows = plan.dataSet.recordings[job.recording].samples.map(\.scannedMicroseconds)
        if let earlyNumber = plan.dataSet.earlyNumber(of: job.recording),
          let recording = recordings[earlyNumber], recording.candidate.windows == windows,
          let frames = recording.frames[job.window]
        {
          found[number] = frames
        } else {
          incomplete.insert(job.recording)
        }
      }
      return found.filter { !incomplete.contains(plan.jobs[$0.key].recording) }
    }
  }

  private func begin(
    _ thread: Int, _ candidate: EarlyReading.Candidate, _ contents: borrowing RecordingContents
  ) throws(DataSetError) -> Int {
    let scan: Result<RecordingScan, DataSetError>
    do throws(DataSetError) {
      scan = .success(
        try RecordingScan(
          of: contents, on: candidate.sensor, windows: candidate.windows,
          invalidEvents: options.invalidEvents,
          preprocessing: try settings(on: candidate.sensor).preprocessing,
          onProgress: { byteCount throws(DataSetError) in
            if self.observer.isCancelled() { throw .cancelled(contents.path) }
            self.progress.add(byteCount)
          }))
    } catch {
      if observer.isCancelled() { throw error }
      scan = .failure(error)
    }
    let frames = [Frames?](repeating: nil, count: candidate.windows.count)
    lock.withLock {
      recordings[candidate.number] = Recording(candidate: candidate, scan: scan, frames: frames)
    }
    guard case .success = scan, canMakeFrames(on: candidate.sensor) else { return 0 }
    return candidate.windows.count
  }

  /// Whether frames can be made now: their number must be known, and every thread's workspace fit
  /// in memory.
  private func canMakeFrames(on sensor: FrameShape) -> Bool {
    guard !options.isDryRun, lock.withLock({ largeCountNumbers.isEmpty }),
      let frameCount = options.split.fixedFrameCount,
      frameCount <= CacheFormat.maximumFrameCount
    else { return false }
    let threadCount = ThreadBudget.threadCount(
      requested: options.threadCount, cellCount: frameCount * sensor.cellCount)
    return threadCount == options.threadCount
  }

  /// The cache's settings, if the request fits the sensor; Conversion reports it otherwise.
  private func settings(on sensor: FrameShape) throws(DataSetError) -> CacheSettings {
    do throws(FrameCacheError) { return try options.settings(on: sensor) } catch {
      throw DataSetError(options.dataSet.path, .whole, error.detail)
    }
  }

  private func makeFrames(
    _ thread: Int, _ number: Int, _ window: Int, _ contents: borrowing RecordingContents
  ) throws(DataSetError) {
    if observer.isCancelled() { throw .cancelled(contents.path) }
    guard let recording = lock.withLock({ largeCountNumbers.isEmpty ? recordings[number] : nil })
    else {
      return
    }
    let tally = try recording.scan.get().tallies[window]
    if tally.eventCount == 0 && options.skipsEmptyWindows { return }
    let candidate = recording.candidate
    let encoded: EncodedFrames
    do throws(DataSetError) {
      encoded = try encoder(
        of: thread, candidate.sensor, try settings(on: candidate.sensor)
      ).encode(
        candidate.windows[window], tally, from: contents)
    } catch {
      // Reported when the frames are made later, if the recording belongs to the data set.
      return
    }
    guard let chunk = encoded.chunk else { return noteLargeCount(number) }
    let frames: Frames
    do throws(FileError) {
      frames = Frames(
        counted: encoded.counted, chunk: try chunks.put(chunk),
        stageSeconds: encoded.stageSeconds)
    } catch {
      throw DataSetError(error)
    }
    lock.withLock { recordings[number]?.frames[window] = frames }
  }

  private func encoder(
    of thread: Int, _ sensor: FrameShape, _ settings: CacheSettings
  ) -> FrameEncoder {
    lock.withLock {
      if let encoder = encoders[thread] { return encoder }
      let encoder = FrameEncoder(
        sensor, settings, frameCount: options.split.fixedFrameCount ?? 0, Self.elementType)
      encoders[thread] = encoder
      return encoder
    }
  }

  private func noteLargeCount(_ number: Int) {
    lock.withLock {
      largeCountNumbers.insert(number)
      for number in recordings.keys {
        for window in recordings[number]?.frames.indices ?? 0..<0 {
          recordings[number]?.frames[window] = nil
        }
      }
    }
  }
}
