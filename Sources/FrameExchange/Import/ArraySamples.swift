internal import ClassFolders
internal import EventData
internal import FrameCache
internal import GestureDataSet
internal import SystemPackage

/// Recognises the data set of arrays by the names of classes and samples.
enum ArraySamples {
  /// The schema and the samples, training samples first.
  ///
  /// - Throws: ``FrameCacheError`` for a label without a class, or a name that occurs twice.
  static func make(
    _ parts: [ArrayPart], _ classNames: [String]?, _ shape: FrameShape, _ path: FilePath
  ) throws(FrameCacheError) -> (DataSetSchema, [ForeignSample]) {
    let highest = parts.flatMap(\.labels).max() ?? 0
    let classCount = classNames?.count ?? Int(min(max(0, highest), 65_534)) + 1
    let known = [DataSetSchema.gesture, NMNISTRequest.schema].first {
      $0.sensor == shape && $0.classNames == classNames
    }
    let recordings = parts.flatMap(\.names).map { RecordingName.ofSample($0)?.recording }
    var schema =
      known
      ?? DataSetSchema(
        name: OwnDataSetRequest.name, sensor: shape,
        classNames: classNames ?? (0..<classCount).map(String.init),
        splitRule: OwnDataSetRequest.splitRule)
    if schema == .gesture && recordings.contains(nil) {
      schema.name = OwnDataSetRequest.name
      schema.columns = []
      schema.splitRule = OwnDataSetRequest.splitRule
    }
    if let classNames, schema.sensor == CIFAR10DVSRequest.schema.sensor,
      classNames == CIFAR10DVSRequest.schema.classNames,
      let known = CIFAR10DVSRequest.schema(of: namedSamples(parts, classNames))
    {
      schema = known
    }
    if let defect = schema.defect {
      throw FrameCacheError(.source, path.appending(ArrayNames.classNames), "", defect)
    }
    var samples: [ForeignSample] = []
    var identities: Set<String> = []
    for part in parts {
      for (row, label) in part.labels.enumerated() {
        let file = path.appending(part.split.rawValue)
        guard (0..<Int64(schema.classNames.count)).contains(label) else {
          throw FrameCacheError(
            .source, file.appending(ArrayNames.labels), "[\(row)]",
            "a label from 0 to \(schema.classNames.count - 1) expected, \(label) found")
        }
        let name = part.names[row]
        guard !name.isEmpty, !name.unicodeScalars.contains("\0"),
          identities.insert("\(part.split) \(label) \(name)").inserted
        else {
          throw FrameCacheError(
            .source, file.appending(ArrayNames.names), "[\(row)]",
            "a name that no other sample of its class has expected, '\(name)' found")
        }
        let recording = schema == .gesture ? recordings[samples.count] : nil
        samples.append(
          ForeignSample(
            split: part.split, label: Int(label), name: name, recording: recording?.stem ?? name,
            attributes: recording.map {
              [.integer(Int64($0.subject)), .text($0.lighting)]
            } ?? []))
      }
    }
    return (schema, samples)
  }

  /// The names of the samples with their classes and splits; a label without a class has none.
  private static func namedSamples(
    _ parts: [ArrayPart], _ classNames: [String]
  ) -> [(className: String, name: String, split: DataSetSplit)] {
    parts.flatMap { part in
      zip(part.labels, part.names).map { label, name in
        let isClass = (0..<Int64(classNames.count)).contains(label)
        return (isClass ? classNames[Int(label)] : "", name, part.split)
      }
    }
  }
}
