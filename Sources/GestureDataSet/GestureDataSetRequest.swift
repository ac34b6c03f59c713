internal import Archives
public import EventData
public import SystemPackage

/// A request for a DVS128 Gesture data set.
public struct GestureDataSetRequest: DataSetRequest {
  /// `DvsGesture/`, a folder that contains it or `DvsGesture.tar.gz`, or an archive.
  public var path: FilePath
  /// The selected part.
  public var selection: DataSetSelection
  /// Whether recordings, label files or a list may be missing, with a warning.
  public var allowsMissing: Bool
  /// Maximum size of an archive's recording that is held in memory as a whole.
  package var maximumHeldByteCount = ArchiveReader.maximumMemberByteCount

  /// Creates a request.
  public init(
    _ path: FilePath, selection: DataSetSelection = DataSetSelection(), allowsMissing: Bool = false
  ) {
    self.path = path
    self.selection = selection
    self.allowsMissing = allowsMissing
  }

  /// The selection as text, as in `subjects=1,2 classes=4,5`.
  public var selectionText: String { selection.description }

  /// The archive's path; `nil` for a folder.
  ///
  /// - Throws: ``EventData/DataSetError`` when there is none, or a file of another kind.
  public func archive() throws(DataSetError) -> FilePath? {
    guard case .archive(let path) = try DataSetSource(at: path) else { return nil }
    _ = try ArchiveReader(path)
    return path
  }

  /// Reads and checks the lists and label files.
  public func open(
    early: EarlyReading?, isCancelled: @escaping @Sendable () -> Bool
  ) throws(DataSetError) -> any EventDataSet {
    try GestureDataSet(self, early: early, isCancelled: isCancelled)
  }
}
