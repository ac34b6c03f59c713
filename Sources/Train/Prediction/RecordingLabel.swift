/// The true class of a time span of a recording.
package struct RecordingLabel: Equatable, Sendable {
  /// The span in microseconds of the recording's clock; its end is excluded.
  package var microseconds: Range<Int64>
  /// The class, from 0.
  package var label: Int

  /// Labels a time span.
  package init(_ label: Int, _ microseconds: Range<Int64>) {
    self.label = label
    self.microseconds = microseconds
  }
}
