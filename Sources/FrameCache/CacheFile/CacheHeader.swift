internal import EventData
internal import HDF5Reading

/// Everything that a cache states about itself except its samples: the root's attributes, and the
/// descriptions of classes, columns and pixels.
struct CacheHeader {
  /// The format version, which decides the names and types of everything else.
  let version: CacheVersion
  /// The data set: sensor, classes and attribute columns.
  let schema: DataSetSchema
  /// The settings of the conversion, except the compression level.
  let settings: CacheSettings
  /// T, the frames of each sample including padding.
  let frameCount: Int
  /// The program that wrote the cache, with its version.
  let tool: String
  /// The pixels of a frame.
  let frameShape: FrameShape

  private typealias Name = CacheFormat.Attribute

  init(_ root: HDF5GroupView) throws(HDF5ReadingError) {
    try root.requireAttribute(Name.format, CacheFormat.name)
    let number = try root.attribute(Name.version, as: UInt32.self)
    guard let version = CacheVersion(rawValue: number) else {
      throw .attribute(Name.version, "1 or 2", number)
    }
    try root.requireAttribute(Name.axes, CacheFormat.axes)
    frameCount = try root.number(Name.framesNumber, in: 1...CacheFormat.maximumFrameCount)
    tool = try root.attribute(Name.tool)
    self.version = version
    var settings = try Self.settings(root, frameCount: frameCount)
    switch version {
    case .one:
      schema = CacheVersion.schemaOfVersionOne
      let names = try root.attribute(Name.classNames, stringCount: schema.classNames.count)
      guard names == schema.classNames else {
        throw .attribute(Name.classNames, "the names of the gestures", names.joined(separator: " "))
      }
    case .two:
      schema = try DataSetSchema(root)
      settings.preprocessing = try Preprocessing(root, of: schema.sensor)
      settings.shard = try root.shard()
    }
    self.settings = settings
    frameShape = settings.frameShape(of: schema)
    let cellCount = frameCount.multipliedReportingOverflow(by: frameShape.cellCount)
    guard !cellCount.overflow, cellCount.partialValue <= CacheFormat.maximumChunkByteCount else {
      throw .attribute(
        Name.framesNumber, "samples under 4 GiB", "\(frameCount) frames of \(frameShape)")
    }
  }

  private static func settings(
    _ root: HDF5GroupView, frameCount: Int
  ) throws(HDF5ReadingError) -> CacheSettings {
    var settings = CacheSettings(split: try split(root, frameCount: frameCount))
    let invalidEvents: String = try root.attribute(Name.invalidEvents)
    guard let policy = InvalidEventPolicy(rawValue: invalidEvents) else {
      throw .attribute(Name.invalidEvents, "'keep' or 'drop'", invalidEvents)
    }
    settings.invalidEvents = policy
    let emptyWindows: String = try root.attribute(Name.emptyWindows)
    guard ["keep", "skip"].contains(emptyWindows) else {
      throw .attribute(Name.emptyWindows, "'keep' or 'skip'", emptyWindows)
    }
    settings.skipsEmptyWindows = emptyWindows == "skip"
    settings.selection = try root.attribute(Name.selection)
    settings.importedFrom = try root.optionalAttribute(Name.importedFrom)
    return settings
  }

  private static func split(
    _ root: HDF5GroupView, frameCount: Int
  ) throws(HDF5ReadingError) -> FrameSplit {
    let splitBy: String = try root.attribute(Name.splitBy)
    let duration = try root.attribute(Name.durationMicroseconds, as: Int64.self)
    switch (splitBy, duration) {
    case ("number", 0): return .number(frameCount: frameCount)
    case ("time", 0): return .time(frameCount: frameCount)
    case ("duration", 1...): return .duration(microseconds: duration)
    case ("number", _), ("time", _):
      throw .attribute(Name.durationMicroseconds, "0", duration)
    case ("duration", _):
      throw .attribute(Name.durationMicroseconds, "1 or more", duration)
    default: throw .attribute(Name.splitBy, "'number', 'time' or 'duration'", splitBy)
    }
  }
}

extension DataSetSchema {
  /// Reads the description of the data set in a cache of version 2.
  fileprivate init(_ root: HDF5GroupView) throws(HDF5ReadingError) {
    typealias Name = CacheFormat.Attribute
    let sizes = FrameShape.sideLengths
    let sensor = FrameShape(
      width: try root.number(Name.sensorWidth, in: sizes),
      height: try root.number(Name.sensorHeight, in: sizes))
    _ = try root.number(
      Name.polarities, in: FrameShape.channelCount...FrameShape.channelCount)
    let classes = try root.group(CacheFormat.Class.group)
    let names = try classes.dataset(CacheFormat.Class.name).strings()
    guard Self.classCounts.contains(names.count) else {
      throw HDF5ReadingError(
        .unexpected, classes.path,
        "1 to \(Self.classCounts.upperBound) classes expected, \(names.count) found")
    }
    let mirrored = try classes.column(
      CacheFormat.Class.mirroredLabel, UInt16.self, count: names.count)
    for label in mirrored where label != CacheFormat.Class.noLabel && label >= names.count {
      throw HDF5ReadingError(
        .unexpected, "\(classes.path)/\(CacheFormat.Class.mirroredLabel)",
        "a label under \(names.count) expected, \(label) found")
    }
    self.init(
      name: try root.attribute(Name.dataSet), sensor: sensor, classNames: names,
      mirroredLabels: mirrored.map { $0 == CacheFormat.Class.noLabel ? nil : Int($0) },
      columns: try root.group(CacheFormat.Column.group).attributeColumns(),
      splitRule: try root.attribute(Name.splitRule),
      labelTable: try root.attribute(Name.labelTable))
    // The classes were validated above, so any remaining defect is in the attribute columns.
    if let defect {
      throw HDF5ReadingError(.unexpected, try root.group(CacheFormat.Column.group).path, defect)
    }
  }
}

extension HDF5GroupView {
  /// Reads the names and types of the columns.
  fileprivate func attributeColumns() throws(HDF5ReadingError) -> [AttributeColumn] {
    let names = try dataset(CacheFormat.Column.name).strings()
    let types = try dataset(CacheFormat.Column.type)
    try types.requireExtents([names.count])
    var columns: [AttributeColumn] = []
    for (name, type) in zip(names, try types.strings()) {
      switch type {
      case CacheFormat.Column.integerType: columns.append(AttributeColumn(name, .integer))
      case CacheFormat.Column.textType: columns.append(AttributeColumn(name, .text))
      default:
        throw HDF5ReadingError(
          .unexpected, "\(path)/\(CacheFormat.Column.type)",
          "'\(CacheFormat.Column.integerType)' or '\(CacheFormat.Column.textType)' expected, "
            + "'\(type)' found")
      }
    }
    return columns
  }

  fileprivate func shard() throws(HDF5ReadingError) -> Shard {
    typealias Name = CacheFormat.Attribute
    let count = try number(Name.shards, in: 1...Int(UInt32.max))
    return Shard(number: try number(Name.shard, in: 0...count - 1), of: count)
  }

  fileprivate func number(
    _ name: String, in range: ClosedRange<Int>
  ) throws(HDF5ReadingError) -> Int {
    let found = Int(try attribute(name, as: UInt32.self))
    guard range.contains(found) else {
      throw .attribute(name, "\(range.lowerBound) to \(range.upperBound)", found)
    }
    return found
  }

  fileprivate func requireAttribute(_ name: String, _ expected: String) throws(HDF5ReadingError) {
    let found: String = try attribute(name)
    guard found == expected else { throw .attribute(name, "'\(expected)'", found) }
  }
}

extension HDF5ReadingError {
  fileprivate static func attribute(
    _ name: String, _ expected: String, _ found: some Any
  ) -> HDF5ReadingError {
    HDF5ReadingError(.unexpected, "attribute \(name)", "\(expected) expected, '\(found)' found")
  }
}
