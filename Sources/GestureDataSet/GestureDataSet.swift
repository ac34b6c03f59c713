internal import AEDAT
public import EventData
internal import FileAccess
public import SystemPackage

/// A DVS128 Gesture data set, its lists and label files read and checked; recordings are not yet
/// touched.
///
/// Source: Amir et al., "A Low Power, Fully Event-Based Gesture Recognition System", CVPR 2017; the
/// data set's README.txt.
public struct GestureDataSet: EventDataSet {
  /// Where the data set stands.
  public let source: DataSetSource

  /// What was asked for.
  public let selection: DataSetSelection

  /// The recordings: those of the training list, then those of the test list, each in its order.
  public let trials: [Trial]

  /// The trials, as any data set's recordings.
  public let recordings: [Recording]

  /// The numbers of the trials, in the order in which the source can read them fastest.
  public let readingOrder: [Int]

  /// The archive; or the lists, and the label files of the trials.
  public let files: DataSetFiles

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
    let archiveIdentity = try source.archiveIdentity
    var builder = DataSetBuilder(
      source: source, listing: try DataSetListing(source, isCancelled: isCancelled),
      selection: selection,
      allowMissing: allowMissing)
    try builder.build()
    self.source = source
    self.selection = selection
    trials = builder.trials
    files = archiveIdentity.map(DataSetFiles.archive) ?? .folder(builder.textFiles)
    recordings = builder.trials.map { $0.recording(in: source.path) }
    warnings = builder.warnings
    readingOrder = builder.readingOrder
  }

  /// The samples of a part, before any is left out for being empty.
  public func sampleCount(in split: DataSetSplit) -> Int {
    trials.reduce(0) { $0 + ($1.split == split ? $1.samples.count : 0) }
  }

  /// The data set's folder or archive.
  public var path: FilePath { source.path }

  /// A DVS128, the gestures, and what a recording's name says.
  public var schema: DataSetSchema { .gesture }
}

extension Trial {
  /// The trial as any data set's recording.
  fileprivate func recording(in folder: FilePath) -> Recording {
    let labelsPath = folder.appending(name.labelsFileName)
    return Recording(
      name: name.stem, fileName: name.recordingFileName,
      path: folder.appending(name.recordingFileName), format: AEDATFormat(), split: split,
      attributes: [.integer(Int64(name.subject)), .text(name.lighting)],
      samples: samples.map { sample in
        RecordingSample(
          label: Int(sample.window.gesture.label), name: sample.name,
          window: sample.window.microseconds,
          className: "class \(sample.window.gesture.classNumber)", labelsPath: labelsPath,
          place: .line(sample.window.line))
      })
  }
}
