internal import FrameCache
internal import GestureDataSet

extension FrameCache {
  /// The part of DVS128 Gesture that the cache was converted from.
  ///
  /// - Throws: ``FrameCacheError`` where the attribute `selection` cannot be parsed.
  var dataSetSelection: DataSetSelection {
    get throws(FrameCacheError) {
      guard let selection = DataSetSelection(settings.selection) else {
        throw FrameCacheError(
          .format, path, "attribute selection",
          "'all' or subjects=, lightings=, classes= expected, '\(settings.selection)' found"
        )
      }
      return selection
    }
  }
}
