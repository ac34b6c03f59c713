internal import FrameCache
internal import GestureDataSet

extension FrameCache {
  /// Which part of DVS128 Gesture the cache was made from.
  ///
  /// - Throws: ``FrameCacheError`` where the attribute's text is not understood.
  var dataSetSelection: DataSetSelection {
    get throws(FrameCacheError) {
      guard let selection = DataSetSelection(settings.selection) else {
        throw FrameCacheError(
          .format, path, "attribute selection",
          "'\(settings.selection)' is not understood: 'all' or subjects=, lightings=, classes= expected"
        )
      }
      return selection
    }
  }
}
