internal import AEDAT
internal import EventData
internal import FileAccess
internal import GestureDataSet
package import SystemPackage
internal import Threads

/// A synthetic data set on disk, laid out and named exactly like `DvsGesture/`.
package struct SyntheticDataSet: Sendable {
  /// The recordings of the data set.
  package let plan: SyntheticTrialPlan
  /// The number of events in each recording.
  package let eventCount: Int
  /// The seed that determines all recordings.
  package let seed: UInt64

  /// Describes a data set; nothing is generated yet.
  package init(plan: SyntheticTrialPlan, eventCount: Int, seed: UInt64) {
    self.plan = plan
    self.eventCount = eventCount
    self.seed = seed
  }

  /// Generates and writes the data set; its folder appears only when it is complete.
  ///
  /// - Parameters:
  ///   - folder: The parent folder of `DvsGesture/`; created if missing.
  ///   - replacing: Whether an existing `DvsGesture/` may be replaced, with all its files.
  ///   - threadCount: How many recordings are generated in parallel.
  ///   - onRecording: Called with the number of completed recordings, on any thread.
  ///   - isCancelled: Returns whether to stop.
  /// - Returns: The folder `DvsGesture/`.
  /// - Throws: ``SynthesisError``; then no files are left.
  package func write(
    to folder: FilePath, replacing: Bool = false, threadCount: Int = 1,
    onRecording: @escaping @Sendable (Int) -> Void = { _ in },
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws(SynthesisError) -> FilePath {
    let destination = folder.appending("DvsGesture")
    let directory: StagedDirectory
    do throws(FileError) {
      guard replacing || !destination.exists else {
        throw FileError(destination, "already exists; --force replaces it")
      }
      directory = try StagedDirectory(for: destination)
    } catch {
      throw SynthesisError(error)
    }
    let completed = Counter()
    let trials = plan.train + plan.test
    let synthesizer = GestureSynthesizer(seed: seed)
    let eventCount = eventCount
    try forEachInParallel(count: trials.count, threadCount: threadCount) {
      (_, number) throws(SynthesisError) in
      if isCancelled() { throw .cancelled(destination) }
      let trial = trials[number]
      let recording = synthesizer.recording(
        subject: trial.subject, lighting: trial.lighting, eventCount: eventCount)
      do throws(FileError) {
        try directory.write(recording.aedatBytes(), to: "\(trial.name).aedat")
        try directory.write(recording.labelBytes(), to: "\(trial.name)_labels.csv")
      } catch {
        throw SynthesisError(error)
      }
      onRecording(completed.increment())
    }
    do throws(FileError) {
      try writeTexts(to: directory)
      try directory.publish(replacing: replacing)
    } catch {
      throw SynthesisError(error)
    }
    return destination
  }

  private func writeTexts(to directory: borrowing StagedDirectory) throws(FileError) {
    func list(_ trials: [SyntheticTrial]) -> [UInt8] {
      Array(trials.map { "\($0.name).aedat\n" }.joined().utf8)
    }
    try directory.write(list(plan.train), to: "trials_to_train.txt")
    try directory.write(list(plan.test), to: "trials_to_test.txt")
    let mapping = Gesture.allCases.map { "\($0.name),\($0.classNumber)\n" }.joined()
    try directory.write(Array("action,label\n\(mapping)".utf8), to: "gesture_mapping.csv")
    try directory.write(Array(Self.licenseText.utf8), to: "LICENSE.txt")
    try directory.write(Array(readmeText.utf8), to: "README.txt")
  }

  private static let licenseText = """
    These recordings were computed, not recorded. They may be used for anything (CC0 1.0).

    """

  private var readmeText: String {
    """
    A synthetic data set in the layout of the DVS128 Gesture data set (Amir et al., CVPR 2017).

    Made by: dvsprep synth --train \(plan.train.count) --test \(plan.test.count) \
    --events \(eventCount) --seed \(seed)

    No person was recorded. The files have the names, the formats and the habits of the real data
    set, so that tools can be tried on them; results on them say nothing about the real one.

    """
  }

  /// A counter that several threads increment.
  private final class Counter: @unchecked Sendable {
    private let lock = Lock()
    private var value = 0

    func increment() -> Int {
      lock.withLock {
        value += 1
        return value
      }
    }
  }
}

extension SyntheticRecording {
  /// The recording as an AEDAT 3.1 file.
  func aedatBytes() -> [UInt8] {
    var encoder = RecordingEncoder(
      startTime: "2016-01-01 00:00:00 (TZ+0000)", sourceName: "DVS128",
      eventCapacity: events.count)
    encoder.appendTimestampReset(
      timestampMicroseconds: events.first?.timestampMicroseconds ?? 0)
    encoder.append(
      events.lazy.map { event in
        PolarityEvent(
          x: Int(event.x), y: Int(event.y), isOn: event.isOn,
          timestampMicroseconds: event.timestampMicroseconds)
      })
    return encoder.bytes
  }

  /// The label windows as a label file.
  func labelBytes() -> [UInt8] {
    let rows = windows.map { window in
      "\(window.classNumber),\(window.startMicroseconds),\(window.endMicroseconds)\n"
    }
    return Array("\(LabelWindow.headerLine)\n\(rows.joined())".utf8)
  }
}
