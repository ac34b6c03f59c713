internal import EventData
internal import SystemPackage

/// Assembles a data set from its lists and label files.
struct DataSetBuilder {
  let source: DataSetSource
  let listing: DataSetListing
  let selection: DataSetSelection
  let allowMissing: Bool

  private(set) var trials: [Trial] = []
  private(set) var textFiles: [DataSetTextFile] = []
  private(set) var warnings: [DataSetWarning] = []

  private let recordings: Set<String>

  init(
    source: DataSetSource, listing: DataSetListing, selection: DataSetSelection,
    allowMissing: Bool
  ) {
    self.source = source
    self.listing = listing
    self.selection = selection
    self.allowMissing = allowMissing
    recordings = Set(listing.recordingFileNames)
  }

  mutating func build() throws(DataSetError) {
    let lists = try readLists()
    for (split, list) in lists {
      for entry in list.entries where selection.includes(entry.name) {
        try add(entry, of: list, split)
      }
    }
    warnAboutUnlistedRecordings(lists.map(\.list))
    warnAboutUnmatchedSelection()
    guard trials.contains(where: { !$0.samples.isEmpty }) else {
      throw DataSetError(
        source.path, .whole,
        selection.isEverything
          ? "the lists and label files name no sample"
            + (listing.isOtherArchive ? "; \(DataSetListing.otherArchiveText)" : "")
          : "no sample is left by the selection \(selection)")
    }
    warnAboutUnofficialTotals()
  }

  var readingOrder: [Int] {
    guard case .archive = source else { return Array(trials.indices) }
    let position = Dictionary(
      listing.recordingFileNames.enumerated().map { ($1, $0) },
      uniquingKeysWith: { first, _ in first })
    return trials.indices.sorted {
      position[trials[$0].name.recordingFileName, default: .max]
        < position[trials[$1].name.recordingFileName, default: .max]
    }
  }

  /// For each trial, the index of the archive's member with its recording; empty for a folder.
  var memberIndices: [Int] {
    guard case .archive = source else { return [] }
    return trials.compactMap { listing.memberIndex(of: $0.name.recordingFileName) }
  }

  private mutating func readLists() throws(DataSetError) -> [(
    split: DataSetSplit, list: TrialList
  )] {
    var lists: [(split: DataSetSplit, list: TrialList)] = []
    for split in DataSetSplit.allCases {
      let path = source.path.appending(split.listName)
      guard let (bytes, file) = try listing.text(split.listName) else {
        try missing(
          path, .whole, "the list \(listing.absence(of: split.listName))", "taken as empty")
        continue
      }
      textFiles.append(file)
      lists.append((split, try TrialList(parsing: bytes, path: path)))
    }
    if lists.count == 2 {
      let (train, test) = (lists[0].list, lists[1].list)
      try test.requireDisjoint(from: train)
      if let warning = test.sharedSubjectWarning(with: train) { warnings.append(warning) }
    }
    return lists
  }

  private mutating func add(
    _ entry: TrialList.Entry, of list: TrialList, _ split: DataSetSplit
  ) throws(DataSetError) {
    let name = entry.name
    guard recordings.contains(name.recordingFileName) else {
      return try missing(
        list.path, .line(entry.line),
        "the recording \(name.recordingFileName) \(listing.absence(of: name.recordingFileName))",
        "left out")
    }
    let labelsPath = source.path.appending(name.labelsFileName)
    guard let (bytes, file) = try listing.text(name.labelsFileName) else {
      return try missing(
        list.path, .line(entry.line),
        "the label file \(name.labelsFileName) \(listing.absence(of: name.labelsFileName))",
        "the recording is left out")
    }
    textFiles.append(file)
    let windows = try LabelWindow.parse(bytes, path: labelsPath)
    if windows.isEmpty {
      warnings.append(
        DataSetWarning(labelsPath, .whole, "no rows: the recording gives no sample"))
    }
    warnings += LabelWindow.overlapWarnings(windows, labelsPath)
    trials.append(Trial(name, split, windows: windows, selection: selection))
  }

  /// Throws an error for a missing file, or adds a warning when missing files are allowed.
  private mutating func missing(
    _ path: FilePath, _ location: DataSetError.Location, _ what: String, _ consequence: String
  ) throws(DataSetError) {
    guard allowMissing else {
      throw DataSetError(path, location, "\(what) (--allow-missing continues without it)")
    }
    warnings.append(DataSetWarning(path, location, "\(what): \(consequence)"))
  }

  private mutating func warnAboutUnlistedRecordings(_ lists: [TrialList]) {
    let listed = Set(lists.flatMap { $0.entries.map(\.name.recordingFileName) })
    let unlisted = listing.recordingFileNames.filter { !listed.contains($0) }
    guard let first = unlisted.first else { return }
    let others = unlisted.count > 1 ? " and \(unlisted.count - 1) more" : ""
    warnings.append(
      DataSetWarning(
        source.path, .whole, "\(first)\(others): in neither list, left out"))
  }

  /// Warns about selected subjects and lightings that no recording has.
  private mutating func warnAboutUnmatchedSelection() {
    let names = trials.map(\.name)
    let subjects = (selection.subjects ?? []).subtracting(names.map(\.subject)).sorted()
    for subject in subjects {
      warnings.append(
        DataSetWarning(source.path, .whole, "no such recording of subject \(subject)"))
    }
    let lightings = (selection.lightings ?? []).subtracting(names.map(\.lighting)).sorted()
    for lighting in lightings {
      warnings.append(
        DataSetWarning(source.path, .whole, "no such recording with lighting \(lighting)"))
    }
  }

  private mutating func warnAboutUnofficialTotals() {
    guard selection.isEverything else { return }
    let found = DataSetSplit.allCases.map { split in
      trials.reduce(0) { $0 + ($1.split == split ? $1.samples.count : 0) }
    }
    let official = DataSetSplit.allCases.map(\.officialSampleCount)
    guard found != official else { return }
    warnings.append(
      DataSetWarning(
        source.path, .whole,
        "\(found[0]) training and \(found[1]) test samples; the whole data set has "
          + "\(official[0]) and \(official[1])"))
  }
}
