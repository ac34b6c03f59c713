package import EventData
internal import GestureDataSet

extension ClassNames {
  /// Creates the class names of a data set.
  package init(_ schema: DataSetSchema) { self.init(schema.classNames) }

  /// Creates the class names of a checkpoint; if it has none, those of DVS128 Gesture.
  package init(_ cache: CacheIdentity) {
    self.init(cache.dataSet?.classNames ?? Self.gestureNames)
  }

  /// The names of the gestures of DVS128 Gesture.
  static let gestureNames = gestures.names

  /// Creates class names, which are those of DVS128 Gesture if they equal its names.
  package init(_ names: [String]) {
    self.init(names, areGestures: names == Self.gestureNames)
  }
}
