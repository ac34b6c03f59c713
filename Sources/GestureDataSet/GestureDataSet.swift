public import EventData
public import FileAccess
public import SystemPackage

/// A DVS128 Gesture data set, its lists and label files read and checked; recordings are not yet
/// touched.
///
/// Source: Amir et al., "A Low Power, Fully Event-Based Gesture Recognition System", CVPR 2017; the
/// data set's README.txt.
public struct GestureDataSet: Sendable {
  /// Where the data set stands.
  public let source: DataSetSource

  /// What was asked for.
  public let selection: DataSetSelection

  /// The recordings: those of the training list, then those of the test list, each in its order.
  public let trials: [Trial]

  /// The numbers of the trials, in the order in which the source can read them fastest.
  public let readingOrder: [Int]

  /// The lists, and the label files of the trials.
  public let textFiles: [DataSetTextFile]

  /// Size and time of the archive before it was first read; `nil` for a folder.
  public let archiveIdentity: FileIdentity?

  /// What is odd.
  public let warnings: [DataSetWarning]

  /// Opens a data set.
  ///
  /// - Parameters:
  ///   - path: `DvsGesture/`, the folder that it or `DvsGesture.tar.gz` stands in, or an archive.
  ///   - selection: Which part is taken.
  ///   - allowMissing: Whether a list, a recording or a label file may be missing, with a warning.
  ///   - isCancelled: Says whether to stop; asked at each member of an archive, which is read to
  ///     its end.
  /// - Throws: ``DataSetError`` for what is missing or malformed, with file and line.
  public init(
    opening path: FilePath, selection: DataSetSelection = DataSetSelection(),
    allowMissing: Bool = false, isCancelled: () -> Bool = { false }
  ) throws(DataSetError) {
    let source = try DataSetSource(at: path)
    archiveIdentity = try source.archiveIdentity
    var builder = DataSetBuilder(
      source: source, listing: try DataSetListing(source, isCancelled: isCancelled),
      selection: selection,
      allowMissing: allowMissing)
    try builder.build()
    self.source = source
    self.selection = selection
    trials = builder.trials
    textFiles = builder.textFiles
    warnings = builder.warnings
    readingOrder = builder.readingOrder
  }

  /// The samples of a part, before any is left out for being empty.
  public func sampleCount(in split: DataSetSplit) -> Int {
    trials.reduce(0) { $0 + ($1.split == split ? $1.samples.count : 0) }
  }

  /// The recording's file, for messages; inside an archive, the archive and the member's name.
  public func recordingPath(ofTrial index: Int) -> FilePath {
    source.path.appending(trials[index].name.recordingFileName)
  }

  /// The recording's label file, for messages.
  public func labelsPath(ofTrial index: Int) -> FilePath {
    source.path.appending(trials[index].name.labelsFileName)
  }
}
