internal import SpikingNetwork

/// What an exported file of weights says about them, as named texts.
struct WeightsRecord {
  /// The settings of the training, of which the network is a part.
  let settings: TrainingSettings
  /// The cache on which it was trained; `nil` if unknown.
  let cache: CacheIdentity?
  /// The number of epochs; `nil` if unknown.
  let epochCount: Int?
  /// The names of the tensors.
  let names: WeightNames
  /// The order of the labels.
  let labels: LabelOrder

  /// The key that marks such a file.
  static let versionKey = "dvstrain.weights"
  private static let version = "1"
  private static let namesKey = "dvstrain.names"
  private static let labelsKey = "dvstrain.labels"
  private static let epochsKey = "dvstrain.epochs"

  /// The texts.
  var texts: [String: String] {
    var texts = [
      Self.versionKey: Self.version, CheckpointFormat.Key.settings: settings.record.json,
      Self.namesKey: names.rawValue, Self.labelsKey: labels.rawValue,
    ]
    texts[CheckpointFormat.Key.cache] = cache?.record.json
    texts[Self.epochsKey] = epochCount.map { "\($0)" }
    return texts
  }

  init(
    settings: TrainingSettings, cache: CacheIdentity?, epochCount: Int?, names: WeightNames,
    labels: LabelOrder
  ) {
    self.settings = settings
    self.cache = cache
    self.epochCount = epochCount
    self.names = names
    self.labels = labels
  }

  /// Reads the texts; `nil` if they are not those of an exported file.
  init?(_ texts: [String: String]) throws(Record.Defect) {
    guard let version = texts[Self.versionKey] else { return nil }
    guard version == Self.version else {
      throw Record.Defect(name: Self.versionKey, detail: "\(Self.version) expected")
    }
    func record(_ key: String) throws(Record.Defect) -> Record {
      try Record(json: texts[key] ?? "", name: key)
    }
    settings = try TrainingSettings(try record(CheckpointFormat.Key.settings))
    cache =
      texts[CheckpointFormat.Key.cache] == nil
      ? nil : try CacheIdentity(try record(CheckpointFormat.Key.cache))
    guard let names = texts[Self.namesKey].flatMap(WeightNames.init) else {
      throw Record.Defect(name: Self.namesKey, detail: "a known name expected")
    }
    guard let labels = texts[Self.labelsKey].flatMap(LabelOrder.init) else {
      throw Record.Defect(name: Self.labelsKey, detail: "a known order expected")
    }
    let epochCount = texts[Self.epochsKey].map { Int($0) ?? -1 }
    guard (0...Int(Int32.max)).contains(epochCount ?? 0) else {
      throw Record.Defect(name: Self.epochsKey, detail: "a number of epochs expected")
    }
    self.names = names
    self.labels = labels
    self.epochCount = epochCount
  }

  /// The texts as one JSON object, as a note in a file of PyTorch.
  var note: String {
    var record = Record()
    for (key, text) in texts { record[key] = .text(text) }
    return record.json
  }

  /// The texts of such a note.
  static func texts(ofNote note: String) throws(Record.Defect) -> [String: String] {
    var texts: [String: String] = [:]
    for (key, value) in try Record(json: note, name: "dvstrain").values {
      guard case .text(let text) = value else {
        throw Record.Defect(name: key, detail: "a text expected")
      }
      texts[key] = text
    }
    return texts
  }
}
