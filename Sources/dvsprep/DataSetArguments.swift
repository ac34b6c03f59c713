import ArgumentParser
import ClassFolders
import EventData
import SystemPackage

/// Which kind of data set an input is, and what is known about own recordings.
struct DataSetArguments: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "The kind of data set. Default: recognised from the folder; dvs128-gesture for an archive.",
      valueName: DataSetKind.choices))
  var dataset: DataSetKind?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Sensor size of your own recordings, in pixels. Default: that of the camera that they name, else the smallest that contains all valid events.",
      valueName: "WIDTHxHEIGHT"), transform: SelectionArgument.sensor)
  var sensor: FrameShape?

  @OptionGroup var labels: LabelArguments

  /// The kind of the data set at a path: the one that is named, or recognised.
  ///
  /// - Throws: `DataSetError` for a folder of no known kind.
  func kind(at path: FilePath) throws(DataSetError) -> DataSetKind {
    if let dataset { return dataset }
    // Folders of classes without a split are recognised by the wish to divide them.
    if labels.trainFraction != nil, DataSetKind(lookingAt: path) == nil,
      DataSetKind.hasUndividedClasses(path)
    {
      return .own
    }
    return try DataSetKind.recognised(at: path)
  }

  /// Throws if an option is not for a kind of data set.
  ///
  /// - Throws: `ValidationError`, which names the option.
  func requireFit(_ kind: DataSetKind) throws {
    if sensor != nil && kind != .own {
      throw ValidationError("--sensor: for --dataset own only; this is \(kind.rawValue)")
    }
    if let name = labels.firstName, kind != .own {
      throw ValidationError("\(name): for --dataset own only; this is \(kind.rawValue)")
    }
  }

  /// The name of the first option that is given.
  var firstName: String? {
    dataset != nil ? "--dataset" : sensor != nil ? "--sensor" : labels.firstName
  }

  /// A request for the whole data set.
  ///
  /// - Parameters:
  ///   - path: The data set.
  ///   - allowsMissing: Whether parts of it may be missing, with a warning.
  ///   - onSensor: Receives the sensor of own recordings and its origin when they are opened.
  /// - Throws: `DataSetError` for a folder of no known kind.
  func request(
    at path: FilePath, allowsMissing: Bool,
    onSensor: @escaping @Sendable (FrameShape, SensorOrigin) -> Void = { _, _ in }
  ) throws(DataSetError) -> any DataSetRequest {
    let kind = try kind(at: path)
    guard kind == .own else { return kind.request(at: path, allowsMissing: allowsMissing) }
    return OwnDataSetRequest(
      path, sensor: sensor, labels: labels.options, allowsMissing: allowsMissing,
      onSensor: onSensor)
  }
}
