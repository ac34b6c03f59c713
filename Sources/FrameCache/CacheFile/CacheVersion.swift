internal import EventData

/// A version of the cache format.
enum CacheVersion: UInt32, CaseIterable {
  /// For DVS128 Gesture only: its sensor, its classes and its columns are part of the format.
  case one = 1
  /// For any data set.
  case two = 2

  /// Chooses the version to write: version 1 wherever it can express everything.
  init(for schema: DataSetSchema, _ settings: CacheSettings) {
    let isPlain = settings.preprocessing == nil && settings.shard == .whole
    self = schema == Self.schemaOfVersionOne && isPlain ? .one : .two
  }

  /// The data set of every cache of version 1, which does not store it.
  static let schemaOfVersionOne = DataSetSchema(
    name: "DVS128 Gesture", sensor: .dvs128,
    classNames: [
      "hand_clapping", "right_hand_wave", "left_hand_wave", "right_arm_clockwise",
      "right_arm_counter_clockwise", "left_arm_clockwise", "left_arm_counter_clockwise", "arm_roll",
      "air_drums", "air_guitar", "other_gestures",
    ],
    mirroredLabels: [0, 2, 1, 6, 5, 4, 3, 7, 8, 9, 10],
    columns: [AttributeColumn("subject", .integer), AttributeColumn("lighting", .text)],
    splitRule: "trials_to_train.txt and trials_to_test.txt")
}

extension FrameCache {
  /// Whether the samples are those of DVS128 Gesture, in a cache of either version.
  package var isGestureDataSet: Bool { schema == CacheVersion.schemaOfVersionOne }
}
