internal import AEDAT
internal import Archives
public import EventData
public import FileAccess
public import SystemPackage

/// A DVS128 Gesture data set with its checked lists and label files; recordings are read on demand.
///
/// Source: Amir et al., "A Low Power, Fully Event-Based Gesture Recognition System", CVPR 2017; the
/// data set's README.txt.
public struct GestureDataSet: EventDataSet {
  /// The location of the data set.
  public let source: DataSetSource

  /// The selected part.
  public let selection: DataSetSelection

  /// The recordings: those of the training list, then those of the test list, each in its order.
  public let trials: [Trial]

  /// The trials in the form common to all data sets.
  public let recordings: [Recording]

  /// Indices of the trials, in the order in which the source can read them fastest.
  public let readingOrder: [Int]

  /// The archive; or the lists, and the label files of the trials.
  public let files: DataSetFiles

  /// For each trial, the index of the archive's member with its recording; empty for a folder.
  let memberIndices: [Int]

  /// Maximum size of an archive's recording that is held in memory as a whole.
  let maximumHeldByteCount: Int

  /// Lets the archive's recordings be read in any order; `nil` for a folder.
  let archiveMap: ArchiveMap?

  /// For each trial, where its recording lies in the archive; `nil` if only a pass through the
  /// archive can read it.
  let contentRanges: [Range<Int>?]

  /// For each trial, the size of its recording in the archive, in bytes; empty for a folder.
  private let memberByteCounts: [Int64]

  /// Seconds that unpacking the archive took; 0 for a folder.
  public let unpackSeconds: Double

  /// Warnings about lists, label files and the selection.
  public let warnings: [DataSetWarning]

  /// Opens a data set.
  ///
  /// - Parameters:
  ///   - path: `DvsGesture/`, a folder that contains it or `DvsGesture.tar.gz`, or an archive.
  ///   - selection: The part to select.
  ///   - allowMissing: Whether a list, a recording or a label file may be missing, with a warning.
  ///   - early: Work on the recordings of an archive, which is read to its end; see
  ///     ``EventData/EarlyReading``.
  ///   - isCancelled: Returns whether to stop; called for each block of an archive.
  /// - Throws: ``EventData/DataSetError`` for a missing or malformed file, with its line.
  public init(
    opening path: FilePath, selection: DataSetSelection = DataSetSelection(),
    allowMissing: Bool = false, early: EarlyReading? = nil,
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws(DataSetError) {
    let request = GestureDataSetRequest(path, selection: selection, allowsMissing: allowMissing)
    try self.init(request, early: early, isCancelled: isCancelled)
  }

  init(
    _ request: GestureDataSetRequest, early: EarlyReading?,
    isCancelled: @escaping @Sendable () -> Bool
  ) throws(DataSetError) {
    let path = request.path
    let selection = request.selection
    let source = try DataSetSource(at: path)
    let archiveIdentity = try source.archiveIdentity
    let listing = try DataSetListing(
      source, early: early.map { EarlyTrials($0, request) }, isCancelled: isCancelled)
    var builder = DataSetBuilder(
      source: source, listing: listing, selection: selection,
      allowMissing: request.allowsMissing)
    try builder.build()
    self.source = source
    self.selection = selection
    trials = builder.trials
    if let archiveIdentity, let hash = listing.archiveHash {
      files = .archive(archiveIdentity, contentHash: hash)
    } else {
      files = .folder(builder.textFiles)
    }
    unpackSeconds = listing.unpackSeconds
    recordings = builder.trials.map { $0.recording(in: source.path) }
    warnings = builder.warnings
    readingOrder = builder.readingOrder
    memberIndices = builder.memberIndices
    maximumHeldByteCount = request.maximumHeldByteCount
    archiveMap = listing.archiveMap
    contentRanges = builder.memberIndices.map { listing.contentRanges[$0] }
    memberByteCounts = builder.memberIndices.map { listing.memberByteCounts[$0] ?? 0 }
  }

  /// Number of samples of a split, including empty ones that a conversion may omit.
  public func sampleCount(in split: DataSetSplit) -> Int {
    trials.reduce(0) { $0 + ($1.split == split ? $1.samples.count : 0) }
  }

  /// Size and modification time of each recording's file; in an archive, the size alone.
  public func recordingIdentities() throws(DataSetError) -> [FileIdentity] {
    guard case .archive = source else { return try fileIdentities() }
    return memberByteCounts.map { FileIdentity(byteCount: $0, modificationNanoseconds: 0) }
  }

  /// The index of the archive's member with the recording; for a folder, the recording's own.
  public func earlyNumber(of recording: Int) -> Int? {
    memberIndices.isEmpty ? recording : memberIndices[recording]
  }

  /// The data set's folder or archive.
  public var path: FilePath { source.path }

  /// The schema of DVS128 Gesture, the same for every selection.
  public var schema: DataSetSchema { .gesture }
}

extension Trial {
  /// The trial in the form common to all data sets.
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
          className: sample.window.gesture.title, labelsPath: labelsPath,
          location: .line(sample.window.line))
      })
  }
}
