public import EventData
internal import EventFrames
public import SystemPackage

/// Recordings of one's own that are asked for: `train/CLASS/*.aedat` and `test/CLASS/*.aedat`.
public struct OwnDataSetRequest: DataSetRequest {
  /// The folder with `train/` and `test/`.
  public var path: FilePath
  /// The sensor; `nil` for what the recordings say.
  public var sensor: FrameShape?
  /// Whether a part may be missing, with a warning.
  public var allowsMissing: Bool

  /// Asks for a data set.
  public init(_ path: FilePath, sensor: FrameShape? = nil, allowsMissing: Bool = false) {
    self.path = path
    self.sensor = sensor
    self.allowsMissing = allowsMissing
  }

  /// Everything is taken.
  public var selectionText: String { "all" }

  /// It is always a folder.
  public func archive() throws(DataSetError) -> FilePath? { nil }

  /// Finds the recordings, and their sensor where it was not named.
  ///
  /// - Throws: ``DataSetError``, also where recordings are of different sensors.
  public func open(isCancelled: () -> Bool) throws(DataSetError) -> any EventDataSet {
    let listing = try ClassFolderListing(path, .own, allowsMissing: allowsMissing)
    var warnings: [DataSetWarning] = []
    let sensor: FrameShape
    if let wanted = self.sensor {
      sensor = wanted
    } else {
      let found = try RecordedSensor(of: listing.recordings, in: path, isCancelled: isCancelled)
      sensor = found.shape
      warnings = found.warnings
    }
    let schema = DataSetSchema(
      name: Self.name, sensor: sensor, classNames: listing.classNames,
      splitRule: "the folders train and test")
    return ClassFolderDataSet(path, schema, listing, warnings: warnings)
  }

  /// What such a data set is called.
  public static let name = "own recordings"
}
