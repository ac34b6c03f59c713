package import EventData
package import FrameCache

/// What identifies a sample: no two samples of a cache have all three in common.
package struct SampleKey: Hashable, Sendable {
  /// Training or test sample.
  package let split: DataSetSplit
  /// Its label, from 0.
  package let label: Int
  /// Its name.
  package let name: String

  /// The key of a cache's sample.
  package init(_ sample: SampleIndex, _ record: SampleRecord) {
    split = sample.split
    label = Int(record.label)
    name = record.name
  }

  /// The key of a recording's sample.
  package init(_ sample: RecordingSample, of recording: Recording) {
    split = recording.split
    label = sample.label
    name = sample.name
  }
}

extension SampleKey: CustomStringConvertible {
  /// As in `sample train/3/user01_led_0`.
  package var description: String { "sample \(split.rawValue)/\(label)/\(name)" }
}
