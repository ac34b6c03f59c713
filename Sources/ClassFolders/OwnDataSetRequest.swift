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
  private let onSensor: @Sendable (FrameShape, SensorOrigin) -> Void

  /// Asks for a data set.
  ///
  /// - Parameters:
  ///   - path: The folder with `train/` and `test/`.
  ///   - sensor: The sensor; `nil` for what the recordings say.
  ///   - allowsMissing: Whether a part may be missing, with a warning.
  ///   - onSensor: Gets the sensor when the data set is opened, and who says so.
  public init(
    _ path: FilePath, sensor: FrameShape? = nil, allowsMissing: Bool = false,
    onSensor: @escaping @Sendable (FrameShape, SensorOrigin) -> Void = { _, _ in }
  ) {
    self.path = path
    self.sensor = sensor
    self.allowsMissing = allowsMissing
    self.onSensor = onSensor
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
    let sensor =
      if let named = self.sensor {
        RecordedSensor(named: named)
      } else { try RecordedSensor(of: listing.recordings, in: path, isCancelled: isCancelled) }
    onSensor(sensor.shape, sensor.origin)
    let schema = DataSetSchema(
      name: Self.name, sensor: sensor.shape, classNames: listing.classNames,
      splitRule: "the folders train and test")
    return ClassFolderDataSet(
      path, schema, listing, isSensorNamed: sensor.origin == .named, warnings: sensor.warnings)
  }

  /// What such a data set is called.
  public static let name = "own recordings"
}
