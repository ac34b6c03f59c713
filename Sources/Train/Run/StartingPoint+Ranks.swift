internal import SpikingNetwork
internal import SystemPackage

extension StartingPoint {
  /// The starting point of rank 0, on all ranks: only that one reads and writes the run's folder.
  ///
  /// - Parameters:
  ///   - start: What rank 0 has read; `nil` on other ranks.
  ///   - settings: The settings of the training.
  ///   - ranks: The ranks that train together.
  init(
    ofFirst start: StartingPoint?, _ settings: TrainingSettings, among ranks: RankGroup
  ) throws(TrainError) {
    if ranks.isSingle, let start {
      self = start
      return
    }
    let text = try ranks.gathered(start.map { StartHeader($0).text } ?? "")[0]
    let header: StartHeader
    do throws(Record.Defect) { header = try StartHeader(text) } catch {
      throw TrainError(.engine, "", "rank 0", "its starting point: \(error.name): \(error.detail)")
    }
    var state = start?.state ?? header.emptyState(of: settings.network)
    for index in state.parameters.indices { try ranks.takeFromFirst(&state.parameters[index]) }
    for index in state.statistics.indices { try ranks.takeFromFirst(&state.statistics[index]) }
    for name in header.slotNames {
      for index in state.parameters.indices {
        try ranks.takeFromFirst(&state.optimizerSlots[name, default: []][index])
      }
    }
    self.init(
      position: header.position, state: state,
      resumed: header.isResumed
        ? ResumedCheckpoint(path: start?.resumed?.path ?? "", numerics: header.numerics) : nil)
  }
}

/// A starting point without its tensors, as a text of lines.
private struct StartHeader {
  let position: TrainingPosition
  let stepCount: Int
  let normUpdateCount: Int
  /// The names of the optimizer's slots, sorted.
  let slotNames: [String]
  let isResumed: Bool
  /// The numerics of the checkpoint; `nil` if it has none.
  let numerics: NumericsVersion?

  init(_ start: StartingPoint) {
    position = start.position
    stepCount = start.state.optimizerStepCount
    normUpdateCount = start.state.normUpdateCount
    slotNames = start.state.optimizerSlots.keys.sorted()
    isResumed = start.resumed != nil
    numerics = start.resumed?.numerics
  }

  var text: String {
    [
      position.record(stepCount: stepCount).json, "\(normUpdateCount)",
      slotNames.joined(separator: ","), isResumed ? "resumed" : "new", numerics?.text ?? "",
    ].joined(separator: "\n")
  }

  init(_ text: String) throws(Record.Defect) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
    guard lines.count == 5, let normUpdateCount = Int(lines[1]) else {
      throw Record.Defect(name: "lines", detail: "5 expected, \(lines.count) found")
    }
    let record = try Record(json: lines[0], name: "position")
    position = try TrainingPosition(record)
    stepCount = try record.integer("step", in: 0...Int(Int32.max))
    self.normUpdateCount = normUpdateCount
    slotNames = lines[2].split(separator: ",").map { String($0) }
    isResumed = lines[3] == "resumed"
    numerics = lines[4].isEmpty ? nil : NumericsVersion(lines[4])
  }

  /// A state of zeros with these counts and slots.
  func emptyState(of network: NetworkDescription) -> NetworkState {
    let parameters = network.parameters.map { [Float](repeating: 0, count: $0.valueCount) }
    var state = NetworkState(
      parameters: parameters,
      statistics: network.statistics.map { [Float](repeating: 0, count: $0.valueCount) },
      normUpdateCount: normUpdateCount)
    for name in slotNames { state.optimizerSlots[name] = parameters }
    state.optimizerStepCount = stepCount
    return state
  }
}
