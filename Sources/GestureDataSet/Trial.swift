public import EventData

/// A recording of the data set, with the windows of it that are samples.
public struct Trial: Equatable, Sendable {
  /// What its name says.
  public let name: RecordingName
  /// Whether its list is the training or the test list.
  public let split: DataSetSplit
  /// Its samples, in the order of the label file.
  public let samples: [TrialSample]
}

/// A label window of a recording, with the name it has as a sample.
public struct TrialSample: Equatable, Sendable {
  /// When, and which gesture.
  public let window: LabelWindow
  /// The recording's name, `_`, and how often the recording has had the gesture before.
  ///
  /// It is unique together with the label only.
  public let name: String
}

extension Trial {
  /// Names the windows of a recording, and keeps those that are selected.
  init(
    _ name: RecordingName, _ split: DataSetSplit, windows: [LabelWindow],
    selection: DataSetSelection
  ) {
    var repetitions: [Gesture: Int] = [:]
    var samples: [TrialSample] = []
    for window in windows {
      let repetition = repetitions[window.gesture, default: 0]
      repetitions[window.gesture] = repetition + 1
      if selection.includes(window.gesture) {
        samples.append(TrialSample(window: window, name: "\(name.stem)_\(repetition)"))
      }
    }
    self.name = name
    self.split = split
    self.samples = samples
  }
}
