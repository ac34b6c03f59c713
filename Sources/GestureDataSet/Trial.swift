public import EventData

/// A recording of the data set, with its samples.
public struct Trial: Equatable, Sendable {
  /// The recording's name, with subject and lighting.
  public let name: RecordingName
  /// The split whose list contains the recording.
  public let split: DataSetSplit
  /// Its samples, in the order of the label file.
  public let samples: [TrialSample]
}

/// A label window of a recording, with its sample name.
public struct TrialSample: Equatable, Sendable {
  /// The gesture and its time.
  public let window: LabelWindow
  /// The recording's name, `_`, and the number of earlier rows with the same gesture.
  ///
  /// It is unique only in combination with the label.
  public let name: String
}

extension Trial {
  /// Names the windows of a recording, and keeps the selected ones.
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
