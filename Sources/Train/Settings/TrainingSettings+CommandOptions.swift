package import EventData
internal import SpikingNetwork
internal import Terminal

extension TrainingSettings {
  /// The options with which `dvstrain` trains with these settings, except the cache's folder.
  ///
  /// - Parameter split: The split rule of the cache.
  package func commandOptions(_ split: FrameSplit) -> String {
    var words: [String] = []
    switch split {
    case .number(let count): words += ["-T", "\(count)"]
    case .time(let count): words += ["-T", "\(count)", "-split_by", "time"]
    case .duration(let microseconds): words += ["-duration", "\(microseconds)"]
    }
    let record = record.values
    let defaults = TrainingSettings().record.values
    // The others are in the notation, or options without a value.
    let flags = ["detach_reset": "-no_detach_reset", "decay_input": "-no_decay_input"]
    let isNotation = record["net"] != nil
    let left: Set = [
      "T", "side_length", "classes", "polarities", "height", "width", "amp",
      isNotation ? "neuron" : "net",
    ]
    for (name, value) in record.sorted(by: { $0.key < $1.key })
    where !left.contains(name) && defaults[name] != value {
      if let flag = flags[name] { words.append(flag) } else { words += ["-\(name)", "\(value)"] }
    }
    if precision == .bfloat16 { words.append("-amp") }
    return words.map(shellWord).joined(separator: " ")
  }
}
