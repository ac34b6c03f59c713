package import EventData

extension FrameCache {
  /// The names and numbers of the classes in text for people.
  package var classNames: ClassNames {
    ClassNames(schema.classNames, areGestures: isGestureDataSet)
  }
}
