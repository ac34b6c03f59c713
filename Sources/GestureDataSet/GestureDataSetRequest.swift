public import EventData
public import SystemPackage

/// A DVS128 Gesture data set that is asked for.
public struct GestureDataSetRequest: DataSetRequest {
  /// `DvsGesture/`, the folder that it or `DvsGesture.tar.gz` stands in, or an archive.
  public var path: FilePath
  /// Which part is taken.
  public var selection: DataSetSelection
  /// Whether recordings, label files or a list may be missing, with a warning.
  public var allowsMissing: Bool

  /// Asks for a data set.
  public init(
    _ path: FilePath, selection: DataSetSelection = DataSetSelection(), allowsMissing: Bool = false
  ) {
    self.path = path
    self.selection = selection
    self.allowsMissing = allowsMissing
  }

  /// Which part is asked for, as in `subjects=1,2 classes=4,5`.
  public var selectionText: String { selection.description }

  /// The archive; `nil` where it is a folder.
  public func archive() throws(DataSetError) -> FilePath? {
    guard case .archive(let path) = try DataSetSource(at: path) else { return nil }
    return path
  }

  /// Reads lists and label files.
  public func open(isCancelled: () -> Bool) throws(DataSetError) -> any EventDataSet {
    try GestureDataSet(
      opening: path, selection: selection, allowMissing: allowsMissing, isCancelled: isCancelled)
  }
}
