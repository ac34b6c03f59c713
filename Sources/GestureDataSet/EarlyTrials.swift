internal import AEDAT
internal import Archives
internal import EventData
internal import SystemPackage

/// Decides which members of an archive are processed while it is read: recordings whose label files
/// have been read, and that the selection and the lists name.
struct EarlyTrials: Sendable {
  let reading: EarlyReading

  private let selection: DataSetSelection
  private let maximumByteCount: Int

  init(_ reading: EarlyReading, _ request: GestureDataSetRequest) {
    self.reading = reading
    selection = request.selection
    maximumByteCount = request.maximumHeldByteCount
  }

  /// Whether a member may be a recording of the data set, by its name.
  ///
  /// - Parameter listing: The members before it.
  func includes(_ member: ArchiveReader.Member, _ listing: ArchiveListing) -> Bool {
    guard member.link == nil, ArchiveListing.isRecording(member.name),
      member.byteCount <= maximumByteCount,
      let name = RecordingName(member.name), selection.includes(name)
    else { return false }
    let folder = member.path.removingLastComponent()
    var listed: Set<String> = []
    for split in DataSetSplit.allCases {
      let path = folder.appending(split.listName)
      guard let bytes = listing.text(at: path),
        let list = try? TrialList(parsing: bytes, path: path)
      else { return true }
      listed.formUnion(list.entries.map(\.name.stem))
    }
    return listed.contains(name.stem)
  }

  /// The path of a recording's label file.
  func labelsPath(of recording: FilePath) -> FilePath? {
    RecordingName(recording.lastComponent?.string ?? "").map {
      recording.removingLastComponent().appending($0.labelsFileName)
    }
  }

  /// Describes a recording by its label file; `nil` if that is malformed, which is reported later.
  func candidate(
    _ recording: FilePath, number: Int, labels: [UInt8], _ labelsPath: FilePath
  ) -> EarlyReading.Candidate? {
    guard let name = RecordingName(recording.lastComponent?.string ?? ""),
      let windows = try? LabelWindow.parse(labels, path: labelsPath)
    else { return nil }
    // Its list, and so its split, does not matter here.
    let trial = Trial(name, .train, windows: windows, selection: selection)
    return EarlyReading.Candidate(
      number: number, sensor: DataSetSchema.gesture.sensor,
      windows: trial.samples.map(\.window.microseconds))
  }
}
