/// The true class of a part of a recording.
package struct RecordingLabel: Equatable, Sendable {
  /// The part in microseconds of the recording's clock, without its end.
  package var microseconds: Range<Int64>
  /// The class, from 0.
  package var label: Int

  /// Labels a part.
  package init(_ label: Int, _ microseconds: Range<Int64>) {
    self.label = label
    self.microseconds = microseconds
  }
}
