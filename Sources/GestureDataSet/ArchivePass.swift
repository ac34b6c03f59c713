internal import AEDAT
internal import Archives
internal import EventData
internal import SystemPackage
internal import Threads

/// Reads an archive once from start to end and lists its members, while other threads process the
/// recordings that have been read.
///
/// One thread at a time unpacks. It is ahead of the others only as far as memory allows, and joins
/// them otherwise.
final class ArchivePass: @unchecked Sendable {
  /// Seconds spent on unpacking.
  private(set) var seconds = 0.0

  private let path: FilePath
  private let early: EarlyTrials?
  private let isCancelled: @Sendable () -> Bool
  private let lock = Lock()

  // Used by the thread that unpacks.
  private var archive: ArchiveReader
  private var listing: ArchiveListing
  /// Where the recordings lie, for ``map``.
  private(set) var contentRanges: [Int: Range<Int>] = [:]
  /// The sizes of all members that are no links, in bytes.
  private(set) var byteCounts: [Int: Int64] = [:]
  /// Recordings whose label files have not been read, by the paths of these.
  private var waiting: [FilePath: HeldRecording] = [:]

  // Guarded by `lock`.
  private var isReading = false
  private var isAtEnd = false
  private var failure: DataSetError?
  private var ready: [(recording: HeldRecording, candidate: EarlyReading.Candidate)] = []
  private var beginningCount = 0
  private var parts: [(recording: HeldRecording, part: Int)] = []
  /// Bytes of the recordings that are ready or being processed.
  private var heldByteCount = 0
  /// The memory of recordings that have been processed.
  private var spare: [[UInt8]] = []

  /// The next recording is unpacked while those before it take less memory than this.
  private static let maximumHeldByteCount = 128 << 20

  /// Opens an archive.
  ///
  /// - Parameters:
  ///   - early: Work on its recordings.
  ///   - isCancelled: Returns whether to stop; called for each block.
  init(
    _ path: FilePath, early: EarlyTrials?, isCancelled: @escaping @Sendable () -> Bool
  ) throws(DataSetError) {
    self.path = path
    self.early = early
    self.isCancelled = isCancelled
    archive = try ArchiveReader(path, isCancelled: isCancelled)
    listing = ArchiveListing(path)
  }

  /// Lets recordings be read in any order, after ``run()``.
  var map: ArchiveMap { archive.map }

  /// The hash of the archive's file, after ``run()``.
  var contentHash: UInt64 { archive.contentHash }

  /// Reads the archive, and waits until all parts have been processed.
  func run() throws(DataSetError) -> ArchiveListing {
    let threadCount = self.threadCount
    forEachInParallel(count: threadCount, threadCount: threadCount) { thread, _ in
      self.run(thread: thread)
    }
    if let failure { throw failure }
    try listing.finish(isCancelled: isCancelled)
    return listing
  }

  private var threadCount: Int { early?.reading.threadCount ?? 1 }

  private enum Task {
    case read
    case begin(HeldRecording, EarlyReading.Candidate)
    case process(HeldRecording, part: Int)
  }

  private func run(thread: Int) {
    while let task = nextTask() {
      do throws(DataSetError) {
        switch task {
        case .read: try read()
        case .begin(let recording, let candidate): try begin(recording, candidate, thread)
        case .process(let recording, let part): try process(recording, part, thread)
        }
      } catch {
        lock.withLock {
          if failure == nil { failure = error }
          lock.wakeAll()
        }
      }
    }
  }

  /// Waits for something to do; `nil` when there will be no more.
  private func nextTask() -> Task? {
    lock.withLock {
      while failure == nil {
        let availableCount = ready.count + (parts.isEmpty ? 0 : 1)
        if !isReading && !isAtEnd && availableCount < threadCount
          && heldByteCount < Self.maximumHeldByteCount
        {
          isReading = true
          return .read
        }
        // First come, first served, so that memory is freed soon.
        if !parts.isEmpty {
          let next = parts.removeFirst()
          return .process(next.recording, part: next.part)
        }
        if !ready.isEmpty {
          let next = ready.removeFirst()
          beginningCount += 1
          return .begin(next.recording, next.candidate)
        }
        if isAtEnd && beginningCount == 0 { break }
        lock.wait()
      }
      return nil
    }
  }

  /// Unpacks until a recording is ready, or to the end.
  private func read() throws(DataSetError) {
    let clock = ContinuousClock()
    let begin = clock.now
    let found = try readUntilReady()
    seconds += clock.seconds(since: begin)
    lock.withLock {
      isReading = false
      if let found {
        ready.append(found)
        heldByteCount += found.recording.byteCount
      } else {
        isAtEnd = true
      }
      lock.wakeAll()
    }
  }

  private func readUntilReady() throws(DataSetError) -> (
    recording: HeldRecording, candidate: EarlyReading.Candidate
  )? {
    while let member = try archive.next() {
      if isCancelled() { throw .cancelled(path) }
      if DataSetListing.isAppleDouble(member.name) { continue }
      if member.link == nil { byteCounts[member.index] = max(0, member.byteCount) }
      if ArchiveListing.isRecording(member.name), member.link == nil {
        contentRanges[member.index] = archive.contentRange
      }
      try listing.add(member, &archive)
      guard let early else { continue }
      if let recording = waiting.removeValue(forKey: member.path),
        let found = candidate(recording, member.path, early)
      {
        return found
      }
      guard early.includes(member, listing), let labelsPath = early.labelsPath(of: member.path)
      else { continue }
      let recording = HeldRecording(
        member.path, number: member.index,
        try archive.read(member, reusing: lock.withLock { spare.popLast() ?? [] }))
      if let found = candidate(recording, labelsPath, early) { return found }
      wait(recording, for: labelsPath)
    }
    return nil
  }

  private func candidate(
    _ recording: HeldRecording, _ labelsPath: FilePath, _ early: EarlyTrials
  ) -> (recording: HeldRecording, candidate: EarlyReading.Candidate)? {
    guard let labels = listing.text(at: labelsPath),
      let candidate = early.candidate(
        recording.path, number: recording.number, labels: labels, labelsPath)
    else { return nil }
    return (recording, candidate)
  }

  /// Keeps a recording until its label file comes, in place of older ones if memory is short.
  private func wait(_ recording: HeldRecording, for labelsPath: FilePath) {
    waiting[labelsPath] = recording
    while waiting.count > 1,
      waiting.values.reduce(0, { $0 + $1.byteCount }) > Self.maximumHeldByteCount,
      let oldest = waiting.min(by: { $0.value.number < $1.value.number })
    {
      waiting[oldest.key] = nil
    }
  }

  private func begin(
    _ recording: HeldRecording, _ candidate: EarlyReading.Candidate, _ thread: Int
  ) throws(DataSetError) {
    let partCount = try early?.reading.begin(thread, candidate, contents(of: recording)) ?? 0
    lock.withLock {
      beginningCount -= 1
      recording.remainingPartCount = partCount
      parts += (0..<partCount).map { (recording, $0) }
      if partCount == 0 { release(recording) }
      lock.wakeAll()
    }
  }

  private func process(
    _ recording: HeldRecording, _ part: Int, _ thread: Int
  ) throws(DataSetError) {
    try early?.reading.process(thread, recording.number, part, contents(of: recording))
    lock.withLock {
      recording.remainingPartCount -= 1
      if recording.remainingPartCount == 0 { release(recording) }
      lock.wakeAll()
    }
  }

  private func release(_ recording: HeldRecording) {
    heldByteCount -= recording.byteCount
    spare.append(recording.release())
  }

  private func contents(of recording: HeldRecording) -> RecordingContents {
    .memory(
      lock.withLock { recording.bytes },
      path: path.appending(recording.path.lastComponent?.string ?? ""), as: AEDATFormat())
  }
}
