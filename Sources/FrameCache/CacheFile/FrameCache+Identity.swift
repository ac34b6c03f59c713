internal import EventData

extension FrameCache {
  /// The sample's identity by split, label and name, as in `train/7/user01_fluorescent_1`.
  ///
  /// The same name occurs once in each class and split, so it takes all three.
  package func name(of sample: SampleIndex) -> String {
    let record = record(of: sample)
    return "\(sample.split.rawValue)/\(record.label)/\(record.name)"
  }

  /// Describes a sample for messages, as in `sample train/2/user01_led_0 (train:7)`.
  public func location(of sample: SampleIndex) -> String {
    "sample \(name(of: sample)) (\(sample.split.rawValue):\(sample.number))"
  }
}
