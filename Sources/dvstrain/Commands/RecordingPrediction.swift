internal import EventData
import FileAccess
import SpikingNetwork
import SystemPackage
import Terminal
import ToolSupport
import Train

/// Runs a checkpoint's network on the windows of a recording.
struct RecordingPrediction {
  let recording: FilePath
  /// Length and step of the sliding windows; `nil` for the whole recording as one window.
  let sliding: SlidingWindows?
  /// That other windows may suit better.
  let windowAdvice: String?
  let invalidEvents: InvalidEventPolicy
  let batchSize: Int
  let machine: MachineOptions
  let page: OutputFile?
  let messages: Messages

  func run(_ checkpoint: TrainedNetwork, _ checkpointPath: FilePath, asJSON: Bool) throws {
    let clock = ContinuousClock()
    let begin = clock.now
    let names = checkpoint.classNames
    let split = checkpoint.cacheRequest.split
    if checkpoint.cache == nil {
      messages.note(
        "\(checkpointPath): the file does not say its frames: \(split.words) assumed, as in "
          + "SpikingJelly's tutorial")
    }
    let labels = try RecordingLabel.read(besideRecording: recording, of: names)
    let input = try checkpoint.recordingInput(checkpointPath)
    var windows = try scan(split, input)
    messages.clearProgress()
    for warning in windows.warnings { messages.warn(warning.description) }
    guard windows.outsideEventCount <= windows.eventCount / 2 else {
      throw DataSetError(
        recording, .whole,
        "\(windows.outsideEventCount) of \(windows.eventCount) events lie outside "
          + "\(input.sensorText): a recording of the training samples' sensor expected")
    }
    if windows.outsideEventCount > 0 {
      messages.warn(
        "\(recording): \(windows.outsideEventCount) of \(windows.eventCount) events lie outside "
          + "\(input.sensorText): left out")
    }
    let engine = try checkpoint.makeEngine(
      machine.device, of: engines, on: nil, frameCount: windows.frameCount,
      options: machine.engineOptions(
        batchSize: min(batchSize, max(1, windows.windows.count)), messages),
      path: checkpointPath)
    let origin = windows.originMicroseconds
    let clockText =
      "times count from the first event, at \(secondsText(origin)) of the recording's clock"
    messages.note(
      "\(recording): \(decimalText(windows.spanSeconds, digits: 3)) s, "
        + "\(windowsText(windows.windows.count)), \(split.words), \(engine.summary), "
        + "\(machine.threadText()); \(clockText)")
    if let pixels = input.preprocessing { messages.note("as in training: \(pixels)") }
    if let windowAdvice { messages.note(windowAdvice) }
    let reporter = ProgressReporter(messages)
    let total = windows.windows.count
    let rates = try windows.rates(by: engine, batchSize: batchSize) { count throws(TrainError) in
      if InterruptSignals.isPending { throw .cancelled() }
      reporter.report(stage: "predict", completed: count, total: total) {
        amountText($0, "windows")
      }
    }
    messages.clearProgress()
    let windowLabels = WindowLabels(labels ?? [])
    let predictions = zip(windows.windows, rates).map { window, rates in
      WindowPrediction(
        window, origin: origin, windowLabels.label(of: window.microseconds),
        rates.map { ClassPrediction($0, names) }, names)
    }
    if asJSON {
      for prediction in predictions { try printJSON(prediction) }
    } else {
      printText(tableText([WindowPrediction.header()] + predictions.map { $0.row() }))
    }
    // Only windows that the accuracy counts.
    let silentCount = predictions.count { $0.correct != nil && $0.output?.isSilent == true }
    if let text = ClassPrediction.silenceText(count: silentCount, .wrong, names) {
      messages.note(text)
    }
    let outputs = predictions.compactMap(\.output)
    if !outputs.isEmpty, outputs.allSatisfy(\.isSilent) {
      messages.warn(
        "\(recording): no output neuron fired in any window, so nothing is predicted: "
          + "'dvstrain eval' shows which layers are silent")
    }
    let accuracy = labels == nil ? nil : accuracyText(predictions)
    if let accuracy { if asJSON { messages.note(accuracy) } else { print(accuracy) } }
    let (seconds, attoseconds) = (clock.now - begin).components
    let elapsed = Double(seconds) + Double(attoseconds) * 1e-18
    let speed =
      "\(durationText(seconds: elapsed)) for \(decimalText(windows.spanSeconds, digits: 3)) s of "
      + "events: \(decimalText(windows.spanSeconds / elapsed, digits: 2)) times real time"
    messages.note(speed)
    guard let page else { return }
    var facts = [
      ("recording", recording.string), ("checkpoint", checkpointPath.string),
      (
        "trained", checkpoint.epochCount.map { "for \(counted($0, "epoch"))" } ?? "elsewhere"
      ),
      (
        "windows",
        (sliding.map {
          "\(total) of \(secondsText($0.windowMicroseconds)), one every "
            + "\(secondsText($0.stepMicroseconds))"
        } ?? windowsText(total)) + "; \(split.words)"
      ),
      ("speed", "\(speed), \(engine.summary), \(machine.threadText())"),
      ("clock", clockText),
    ]
    if let accuracy { facts.insert(("agreement", accuracy), at: 3) }
    if let pixels = input.preprocessing { facts.append(("pixels", "\(pixels), as in training")) }
    let content = PredictionPage(
      windows: windows.windows, originMicroseconds: origin, names: names, rates: rates,
      stepMicroseconds: sliding?.stepMicroseconds ?? Int64(windows.spanSeconds * 1e6),
      labels: labels, facts: facts)
    try page.write(content.bytes(recording: recording.lastComponent?.string ?? recording.string))
    messages.note("\(page.path): predictions over time")
  }

  private func windowsText(_ count: Int) -> String {
    sliding == nil
      ? "the whole recording as one window, as in training (-window divides it)"
      : counted(count, "window")
  }

  private func secondsText(_ microseconds: Int64) -> String {
    "\(decimalText(Double(microseconds) * 1e-6, digits: 3)) s"
  }

  private func scan(_ split: FrameSplit, _ input: RecordingInput) throws -> RecordingWindows {
    let reporter = ProgressReporter(messages)
    let total = 2 * Int(try FileIdentity(of: recording).byteCount)
    var completed = 0
    return try RecordingWindows(
      of: recording, as: input, sliding: sliding, split: split, invalidEvents: invalidEvents,
      onProgress: { byteCount throws(DataSetError) in
        if InterruptSignals.isPending { throw .cancelled(recording) }
        completed += byteCount
        reporter.report(
          stage: "scan", completed: completed, total: total, describe: byteCountText)
      })
  }

  private func accuracyText(_ predictions: [WindowPrediction]) -> String {
    let outcomes = predictions.compactMap(\.correct)
    guard !outcomes.isEmpty else {
      return "no accuracy: no label covers more than half of a window with events"
    }
    let correctCount = outcomes.count { $0 }
    let percent = 100 * Double(correctCount) / Double(outcomes.count)
    return
      "accuracy \(decimalText(percent, digits: 2)) % (\(correctCount) of \(counted(outcomes.count, "window")) that a "
      + "label covers by more than half)"
  }
}
