public import EventData
internal import EventFrames
internal import FileAccess
public import SystemPackage

/// A request for the user's own recordings, in folders of classes or listed by a table of labels.
public struct OwnDataSetRequest: DataSetRequest {
  /// The table, the folder with `labels.csv`, or the folder with `train/CLASS/*` and
  /// `test/CLASS/*`; if ``labels`` divides the samples, also the folder with `CLASS/*`.
  public var path: FilePath
  /// The sensor; `nil` to determine it from the recordings.
  public var sensor: FrameShape?
  /// What a table's times count from, and how samples are divided.
  public var labels: LabelOptions
  /// Whether a split or recordings may be missing, with a warning.
  public var allowsMissing: Bool
  private let onSensor: @Sendable (FrameShape, SensorOrigin) -> Void

  /// Creates a request.
  ///
  /// - Parameters:
  ///   - path: The table of labels, or a folder.
  ///   - sensor: The sensor; `nil` to determine it from the recordings.
  ///   - labels: What a table's times count from, and how samples are divided.
  ///   - allowsMissing: Whether a split or recordings may be missing, with a warning.
  ///   - onSensor: Receives the sensor and its origin when the data set is opened.
  public init(
    _ path: FilePath, sensor: FrameShape? = nil, labels: LabelOptions = LabelOptions(),
    allowsMissing: Bool = false,
    onSensor: @escaping @Sendable (FrameShape, SensorOrigin) -> Void = { _, _ in }
  ) {
    self.path = path
    self.sensor = sensor
    self.labels = labels
    self.allowsMissing = allowsMissing
    self.onSensor = onSensor
  }

  /// A request for the recordings that a cache was converted from.
  ///
  /// - Parameters:
  ///   - path: The folder or the table.
  ///   - sensor: The cache's sensor.
  ///   - selection: The cache's selection, as ``selectionText``.
  /// - Returns: `nil` if the selection cannot be parsed.
  public init?(_ path: FilePath, sensor: FrameShape, selection: String) {
    guard let (labels, table) = LabelOptions.parse(selection) else { return nil }
    let isFolderOfTable = table != nil && path.isDirectory
    self.init(
      isFolderOfTable ? path.appending(table ?? "") : path, sensor: sensor, labels: labels,
      allowsMissing: true)
  }

  /// The table; `nil` if the folders are the classes.
  private var table: FilePath? {
    guard path.isDirectory else { return path.exists ? path : nil }
    return DataSetKind.hasClassFolders(path) ? nil : LabelTable.path(in: path)
  }

  /// The table and how samples are divided, as one canonical text; `all` for divided class folders.
  public var selectionText: String { labels.text(table: table?.lastComponent?.string) }

  /// Finds the recordings, and determines their sensor unless it was specified.
  ///
  /// - Throws: ``EventData/DataSetError``, also when the recordings have different sensors.
  public func open(
    early _: EarlyReading?, isCancelled: @escaping @Sendable () -> Bool
  ) throws(DataSetError) -> any EventDataSet {
    let found =
      if let table {
        try Self.content(ofTable: table, labels, allowsMissing, isCancelled)
      } else { try Self.content(ofFolders: path, labels, allowsMissing) }
    let sensor =
      if let named = self.sensor {
        RecordedSensor(named: named)
      } else { try RecordedSensor(of: found.recordings, in: path, isCancelled: isCancelled) }
    onSensor(sensor.shape, sensor.origin)
    let schema = DataSetSchema(
      name: Self.name, sensor: sensor.shape, classNames: found.classNames, columns: found.columns,
      splitRule: found.splitRule, labelTable: found.labelTable)
    if let defect = schema.defect {
      throw DataSetError(table ?? path, table == nil ? .whole : .line(1), defect)
    }
    return FolderDataSet(
      found.folder, schema, found.recordings, textFiles: found.textFiles,
      isSensorNamed: sensor.origin == .named, warnings: found.warnings + sensor.warnings)
  }

  /// All of a data set but its sensor.
  private struct Content {
    let folder: FilePath
    let recordings: [Recording]
    let classNames: [String]
    var columns: [AttributeColumn] = []
    let splitRule: String
    var labelTable = ""
    var textFiles: [DataSetTextFile] = []
    let warnings: [DataSetWarning]
  }

  private static func content(
    ofTable path: FilePath, _ options: LabelOptions, _ allowsMissing: Bool,
    _ isCancelled: () -> Bool
  ) throws(DataSetError) -> Content {
    let kind: FileKind
    do throws(FileError) { kind = try FileKind(at: path) } catch { throw DataSetError(error) }
    if kind.isArchive {
      throw DataSetError(
        path, .whole,
        "a table of labels or a folder of recordings expected, \(kind) found: unpack it")
    }
    let table = try LabelTable(reading: path)
    let classes = try ClassOrder(of: table)
    let found = try LabelledRecordings(
      table, classes, options, allowsMissing: allowsMissing, isCancelled: isCancelled)
    return Content(
      folder: path.parentDirectory, recordings: found.recordings, classNames: classes.names,
      columns: found.columns, splitRule: found.splitRule,
      labelTable: table.file.name + (classes.file.map { ", classes of \($0.name)" } ?? ""),
      textFiles: [table.file] + (classes.file.map { [$0] } ?? []),
      warnings: found.warnings
        + DataSetWarning.emptyClasses(classes.names, found.recordings, path))
  }

  private static func content(
    ofFolders path: FilePath, _ options: LabelOptions, _ allowsMissing: Bool
  ) throws(DataSetError) -> Content {
    if options.timeOrigin != .clock {
      throw DataSetError(
        path, .whole, "--times-from: a table of labels expected, folders of classes found")
    }
    guard let split = options.split else {
      let listing = try ClassFolderListing(path, .own, allowsMissing: allowsMissing)
      let unused = LabelTable.path(in: path).map { table in
        DataSetWarning(
          table, .whole, "not used, as the folders are the classes: name the table to use it")
      }
      return Content(
        folder: path, recordings: listing.recordings, classNames: listing.classNames,
        splitRule: splitRule, warnings: listing.warnings + (unused.map { [$0] } ?? []))
    }
    if let part = DataSetKind.parts(of: path).first {
      throw DataSetError(
        path, .whole,
        "--train-fraction: folders of classes expected, \(part) found, which is a split already")
    }
    if let attribute = split.attribute {
      throw DataSetError(
        path, .whole,
        "--group-by \(attribute): a table of labels with such a column expected, folders of classes found"
      )
    }
    let listing = try ClassFolderListing(path, .undivided, allowsMissing: allowsMissing)
    let assignment = split.assign(
      listing.recordings.map {
        SplitFraction.Item(group: $0.fileName, label: $0.samples.first?.label ?? 0)
      })
    let recordings = listing.recordings.map { recording in
      Recording(
        name: recording.name, fileName: recording.fileName, path: recording.path,
        format: recording.format, split: assignment.splits[recording.fileName] ?? .train,
        attributes: recording.attributes, samples: recording.samples)
    }
    return Content(
      folder: path, recordings: recordings, classNames: listing.classNames,
      splitRule: split.ruleText(assignment),
      warnings: listing.warnings + DataSetWarning.emptyClasses(listing.classNames, recordings, path)
    )
  }

  /// The name of such data sets.
  public static let name = "own recordings"

  /// How class folders are divided into training and test samples.
  package static let splitRule = "the folders train and test"
}
