internal import EventData
internal import FrameCache
internal import GestureDataSet

extension FrameCache {
  /// Which part of the data set the cache was made from.
  ///
  /// - Throws: ``FrameCacheError`` where the cache is of another data set, or the attribute's text
  ///   is not understood.
  var dataSetSelection: DataSetSelection {
    get throws(FrameCacheError) {
      guard schema == .gesture else {
        throw FrameCacheError(
          .content, path, "",
          "a cache of DVS128 Gesture expected to be compared with recordings, one of \(schema.name) found"
        )
      }
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
