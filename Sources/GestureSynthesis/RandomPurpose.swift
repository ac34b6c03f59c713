/// The purpose of a random stream; each purpose has an independent stream of the same seed.
enum RandomPurpose: UInt64 {
  /// Body, clothes and habits of a subject.
  case person = 1
  /// Order, times and small variations of one recording.
  case trial = 2
  /// Defects of the sensor, the same in all recordings of a seed.
  case camera = 3
  /// The events of one recording.
  case events = 4
}
