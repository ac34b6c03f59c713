public import EventData
public import SystemPackage

/// A request for N-MNIST: the unpacked `Train.zip` and `Test.zip`.
///
/// Source: Orchard et al., "Converting Static Image Datasets to Spiking Neuromorphic Datasets Using
/// Saccades", Frontiers in Neuroscience 2015.
public struct NMNISTRequest: DataSetRequest {
  /// The folder with `Train/` and `Test/`.
  public var path: FilePath
  /// Whether a split or a class may be missing, with a warning.
  public var allowsMissing: Bool

  /// Creates a request.
  public init(_ path: FilePath, allowsMissing: Bool = false) {
    self.path = path
    self.allowsMissing = allowsMissing
  }

  /// Finds the recordings.
  public func open(
    early _: EarlyReading?, isCancelled: @escaping @Sendable () -> Bool
  ) throws(DataSetError) -> any EventDataSet {
    let listing = try ClassFolderListing(path, .nmnist, allowsMissing: allowsMissing)
    return FolderDataSet(
      path, Self.schema, listing.recordings,
      warnings: listing.warnings
        + [DataSetWarning.otherTotals(listing.recordings, than: (60_000, 10_000), path)]
        .compactMap(\.self))
  }

  /// N-MNIST: a sensor of 34×34 pixels, and the ten digits as classes.
  public static let schema = DataSetSchema(
    name: "N-MNIST", sensor: FrameShape(width: 34, height: 34),
    classNames: (0...9).map(String.init), splitRule: "the folders Train and Test")
}
