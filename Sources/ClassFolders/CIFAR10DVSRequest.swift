public import EventData
public import SystemPackage

/// A request for CIFAR10-DVS: a folder of its ten unpacked archives.
///
/// Recordings are read as SpikingJelly reads them. The data set has no split of its own; this one
/// is that of SpikingJelly's `split_to_train_test_set(0.9, data_set, 10)`.
///
/// Source: Li et al., "CIFAR10-DVS: An Event-Stream Dataset for Object Classification", Frontiers
/// in Neuroscience 2017; SpikingJelly 2.0.0, `CIFAR10DVS`.
public struct CIFAR10DVSRequest: DataSetRequest {
  /// The folder with `airplane/` to `truck/`.
  public var path: FilePath
  /// Whether a split or a class may be missing, with a warning.
  public var allowsMissing: Bool

  /// Creates a request.
  public init(_ path: FilePath, allowsMissing: Bool = false) {
    self.path = path
    self.allowsMissing = allowsMissing
  }

  /// Finds the recordings.
  ///
  /// - Throws: ``EventData/DataSetError`` for a missing class or split, unless that is allowed, and
  ///   when there are no recordings at all.
  public func open(
    early _: EarlyReading?, isCancelled: @escaping @Sendable () -> Bool
  ) throws(DataSetError) -> any EventDataSet {
    let listing = try ClassFolderListing(path, .cifar10DVS, allowsMissing: allowsMissing)
    let recordings = listing.recordings.map { recording in
      Recording(
        name: recording.name, fileName: recording.fileName, path: recording.path,
        format: recording.format, split: Self.split(ofRecording: recording.name) ?? .train,
        attributes: recording.attributes, samples: recording.samples)
    }
    for (split, numbers) in [
      (DataSetSplit.train, "other numbers than"), (.test, "numbers"),
    ] where !allowsMissing && !recordings.contains(where: { $0.split == split }) {
      throw DataSetError(
        path, .whole,
        "\(split == .train ? "training" : "test") samples expected (\(numbers) 909, 91 to 99 and "
          + "910 to 999 of each class), none found (--allow-missing continues without them)")
    }
    return FolderDataSet(
      path, Self.schema,
      DataSetSplit.allCases.flatMap { split in recordings.filter { $0.split == split } },
      warnings: listing.warnings
        + DataSetWarning.emptyClasses(Self.schema.classNames, recordings, path)
        + [DataSetWarning.otherTotals(recordings, than: (9000, 1000), path)].compactMap(\.self))
  }

  /// The names of the recordings, of which each class has 1000.
  static let names = NumberedNames(prefix: "cifar10_", count: 1000)

  /// The split of a recording of the data set, by its number; `nil` for other names.
  ///
  /// It does not depend on which other recordings are present.
  ///
  /// - Parameter name: The recording's name, as in `cifar10_airplane_7`.
  public static func split(ofRecording name: String) -> DataSetSplit? {
    for className in schema.classNames {
      if let number = names.number(in: name, ofClass: className) {
        return testNumbers.contains(number) ? .test : .train
      }
    }
    return nil
  }

  /// The data set's schema for frames of its recordings, which may have another split.
  ///
  /// - Parameter samples: The name of each sample, and its class and split.
  /// - Returns: `nil` if a name is not one of the data set's.
  public static func schema(
    of samples: [(className: String, name: String, split: DataSetSplit)]
  ) -> DataSetSchema? {
    var result: DataSetSchema = schema
    for sample in samples {
      guard schema.classNames.contains(sample.className),
        names.number(in: sample.name, ofClass: sample.className) != nil
      else { return nil }
      if split(ofRecording: sample.name) != sample.split {
        result.splitRule = OwnDataSetRequest.splitRule
      }
    }
    return result
  }

  /// Number of training recordings of each class.
  private static let trainingCount = 900

  /// The numbers after the first 900, sorted as parts of file names: 909, 91, 910, and so on.
  private static let testNumbers: Set<Int> = {
    let sorted = (0..<names.count).sorted { first, second in
      "\(first).".utf8.lexicographicallyPrecedes("\(second).".utf8)
    }
    return Set(sorted.dropFirst(trainingCount))
  }()

  /// CIFAR10-DVS: a DVS128, and the classes of CIFAR-10.
  public static let schema = DataSetSchema(
    name: "CIFAR10-DVS", sensor: .dvs128,
    classNames: [
      "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
    ],
    splitRule: "the names of all 1000 files of each class, sorted as strings: the first "
      + "\(trainingCount) are training samples")
}
