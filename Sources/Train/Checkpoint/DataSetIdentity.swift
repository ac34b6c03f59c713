internal import EventData
internal import FoundationEssentials
internal import FrameCache

/// What a checkpoint records about the data set of a cache.
package struct DataSetIdentity: Equatable, Sendable {
  /// The name of the data set.
  package var name: String
  /// The names of its classes, by label.
  package var classNames: [String]
  /// How the sensor's pixels were preprocessed before events were counted, in words.
  package var preprocessing: String
  /// The same for a program; `nil` without preprocessing, and in checkpoints that have only words.
  package var sensorPreprocessing: SensorPreprocessing?

  /// ``preprocessing`` of pixels that were not preprocessed.
  static let unchanged = "those of the sensor"

  /// Describes the data set of a cache.
  init(_ cache: FrameCache) {
    name = cache.schema.name
    classNames = cache.schema.classNames
    preprocessing = cache.settings.preprocessing.map { "\($0)" } ?? Self.unchanged
    sensorPreprocessing = cache.settings.preprocessing.map {
      SensorPreprocessing(sensor: cache.schema.sensor, preprocessing: $0)
    }
  }

  /// Adds the data set to the record of a cache.
  func add(to record: inout Record) {
    record["data_set"] = .text(name)
    record["pixels"] = .text(preprocessing)
    if let sensorPreprocessing { record["preprocessing"] = .text(sensorPreprocessing.json) }
    // An encoder cannot fail on strings.
    let names = (try? JSONEncoder().encode(classNames)) ?? Data()
    record["class_names"] = .text(String(decoding: names, as: UTF8.self))
  }

  /// Reads the data set from the record of a cache; `nil` if the record has none, as for DVS128
  /// Gesture.
  init?(_ record: Record) throws(Record.Defect) {
    guard record["data_set"] != nil else { return nil }
    name = try record.text("data_set")
    preprocessing = try record.text("pixels")
    let text = try record.text("class_names")
    guard let names = try? JSONDecoder().decode([String].self, from: Data(text.utf8)),
      (1...65_535).contains(names.count)
    else { throw Record.Defect(name: "class_names", detail: "a list of names in JSON expected") }
    classNames = names
    guard record["preprocessing"] != nil else { return }
    sensorPreprocessing = SensorPreprocessing(json: try record.text("preprocessing"))
    guard sensorPreprocessing != nil else {
      throw Record.Defect(
        name: "preprocessing", detail: "the preprocessing of a sensor in JSON expected")
    }
  }
}
