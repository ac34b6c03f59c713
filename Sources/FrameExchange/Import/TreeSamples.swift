internal import ClassFolders
internal import EventData
internal import FrameCache
internal import GestureDataSet
internal import SystemPackage

/// The samples of a tree of class folders, as those of the data set that they are of.
///
/// Names, classes and sensor tell it: DVS128 Gesture, N-MNIST, CIFAR10-DVS, or else own recordings.
struct TreeSamples {
  let schema: DataSetSchema
  /// The samples, in the order of a cache.
  let samples: [ForeignSample]
  /// Their files.
  let files: [TreeListing.File]
  /// Missing samples, one line.
  let warnings: [String]

  /// Recognises the data set.
  ///
  /// - Throws: ``FrameCacheError`` if a gesture is in both splits.
  init(
    _ listing: TreeListing, _ shape: FrameShape, _ path: FilePath
  ) throws(FrameCacheError) {
    if let gestures = GestureSamples(listing, shape) {
      try gestures.requireOneSplit(path)
      schema = .gesture
      samples = gestures.samples.map(\.sample)
      files = gestures.samples.map(\.file)
      warnings = gestures.warnings(path)
      return
    }
    let digits = NMNISTRequest.schema
    if shape == digits.sensor, listing.classNames.allSatisfy(digits.classNames.contains) {
      schema = digits
    } else if shape == CIFAR10DVSRequest.schema.sensor,
      let known = CIFAR10DVSRequest.schema(
        of: listing.files.map { ($0.className, $0.name, $0.split) })
    {
      schema = known
    } else {
      schema = DataSetSchema(
        name: OwnDataSetRequest.name, sensor: shape, classNames: listing.classNames,
        splitRule: OwnDataSetRequest.splitRule)
    }
    let labels = Dictionary(
      schema.classNames.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    // The listing is sorted by split and class.
    files = listing.files.sorted { first, second in
      if first.split != second.split { return first.split == .train }
      if first.className != second.className {
        return (labels[first.className] ?? 0) < (labels[second.className] ?? 0)
      }
      return Array(first.name.utf8).lexicographicallyPrecedes(Array(second.name.utf8))
    }
    samples = files.map { file in
      ForeignSample(
        split: file.split, label: labels[file.className] ?? 0, name: file.name,
        recording: file.name)
    }
    warnings = []
  }
}

/// The samples of a tree of DVS128 Gesture.
private struct GestureSamples {
  let samples: [(file: TreeListing.File, sample: ForeignSample, number: Int)]

  /// Parses the names; `nil` if one is not that of a gesture.
  init?(_ listing: TreeListing, _ shape: FrameShape) {
    guard shape == DataSetSchema.gesture.sensor else { return nil }
    let labels = Dictionary(
      uniqueKeysWithValues: DataSetSchema.gesture.classNames.indices.map { ("\($0)", $0) })
    var samples: [(file: TreeListing.File, sample: ForeignSample, number: Int)] = []
    for file in listing.files {
      guard let label = labels[file.className],
        let (recording, number) = RecordingName.ofSample(file.name)
      else { return nil }
      let sample = ForeignSample(
        split: file.split, label: label, name: file.name, recording: recording.stem,
        attributes: [.integer(Int64(recording.subject)), .text(recording.lighting)])
      samples.append((file, sample, number))
    }
    // The order of a cache if the lists are sorted, and gestures follow each other by class.
    self.samples = samples.sorted { first, second in
      let (one, other) = (first.sample, second.sample)
      if one.split != other.split { return one.split == .train }
      if one.recording != other.recording {
        return Array(one.recording.utf8).lexicographicallyPrecedes(Array(other.recording.utf8))
      }
      return (one.label, first.number) < (other.label, second.number)
    }
  }

  /// A recording belongs to one split.
  func requireOneSplit(_ path: FilePath) throws(FrameCacheError) {
    let training = Set(samples.filter { $0.sample.split == .train }.map(\.sample.recording))
    guard
      let twice = samples.first(where: {
        $0.sample.split == .test && training.contains($0.sample.recording)
      })
    else { return }
    throw FrameCacheError(
      .source, path.appending(twice.file.fileName), "",
      "a recording of either train or test expected, \(twice.sample.recording) found in both")
  }

  /// Samples that recordings lack: a gesture of another recording, or a number before another.
  func warnings(_ path: FilePath) -> [String] {
    let recordings = Dictionary(grouping: samples) {
      "\($0.sample.split.rawValue) \($0.sample.recording)"
    }
    let labels = Set(samples.map(\.sample.label))
    var missingCount = 0
    var firstMissing: String?
    for (_, group) in recordings.sorted(by: { $0.key < $1.key }) {
      for label in labels.sorted() {
        let numbers = Set(group.filter { $0.sample.label == label }.map(\.number))
        let first = group[0].sample
        let expectedCount = (numbers.max() ?? 0) + 1
        guard numbers.count < expectedCount else { continue }
        missingCount += expectedCount - numbers.count
        if firstMissing == nil {
          let number = (0..<expectedCount).first { !numbers.contains($0) } ?? 0
          firstMissing = "\(first.split.rawValue)/\(label)/\(first.recording)_\(number)"
        }
      }
    }
    guard let firstMissing else { return [] }
    let more = missingCount > 1 ? " and \(missingCount - 1) more" : ""
    return ["\(path): \(firstMissing)\(TreeListing.suffix)\(more): missing"]
  }
}
