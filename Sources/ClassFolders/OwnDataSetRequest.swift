public import EventData
internal import EventFrames
public import SystemPackage

/// A request for the user's own recordings: `train/CLASS/*.aedat` and `test/CLASS/*.aedat`.
public struct OwnDataSetRequest: DataSetRequest {
  /// The folder with `train/` and `test/`.
  public var path: FilePath
  /// The sensor; `nil` to determine it from the recordings.
  public var sensor: FrameShape?
  /// Whether a split may be missing, with a warning.
  public var allowsMissing: Bool
  private let onSensor: @Sendable (FrameShape, SensorOrigin) -> Void

  /// Creates a request.
  ///
  /// - Parameters:
  ///   - path: The folder with `train/` and `test/`.
  ///   - sensor: The sensor; `nil` to determine it from the recordings.
  ///   - allowsMissing: Whether a split may be missing, with a warning.
  ///   - onSensor: Receives the sensor and its origin when the data set is opened.
  public init(
    _ path: FilePath, sensor: FrameShape? = nil, allowsMissing: Bool = false,
    onSensor: @escaping @Sendable (FrameShape, SensorOrigin) -> Void = { _, _ in }
  ) {
    self.path = path
    self.sensor = sensor
    self.allowsMissing = allowsMissing
    self.onSensor = onSensor
  }

  /// Always `all`: parts cannot be selected.
  public var selectionText: String { "all" }

  /// Always `nil`: archives are not supported.
  public func archive() throws(DataSetError) -> FilePath? { nil }

  /// Finds the recordings, and determines their sensor unless it was specified.
  ///
  /// - Throws: ``EventData/DataSetError``, also when the recordings have different sensors.
  public func open(
    early _: EarlyReading?, isCancelled: @escaping @Sendable () -> Bool
  ) throws(DataSetError) -> any EventDataSet {
    let listing = try ClassFolderListing(path, .own, allowsMissing: allowsMissing)
    let sensor =
      if let named = self.sensor {
        RecordedSensor(named: named)
      } else { try RecordedSensor(of: listing.recordings, in: path, isCancelled: isCancelled) }
    onSensor(sensor.shape, sensor.origin)
    let schema = DataSetSchema(
      name: Self.name, sensor: sensor.shape, classNames: listing.classNames,
      splitRule: Self.splitRule)
    return ClassFolderDataSet(
      path, schema, listing, isSensorNamed: sensor.origin == .named, warnings: sensor.warnings)
  }

  /// The name of such data sets.
  public static let name = "own recordings"

  /// How they are divided into training and test samples.
  package static let splitRule = "the folders train and test"
}
