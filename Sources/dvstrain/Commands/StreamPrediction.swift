import ArgumentParser
internal import EventData
import FileAccess
import Glibc
import RecordingFormats
import SpikingNetwork
import SystemPackage
import Terminal
import Threads
import ToolSupport
import Train

/// Runs a checkpoint's network on the windows of standard input, as events arrive.
struct StreamPrediction {
  /// Length and step of the windows.
  let sliding: SlidingWindows
  /// That other windows may suit better.
  let windowAdvice: String?
  let invalidEvents: InvalidEventPolicy
  let batchSize: Int
  let machine: MachineOptions
  let messages: Messages

  /// The stream's name in messages.
  static let path: FilePath = "standard input"

  func run(_ checkpoint: TrainedNetwork, _ checkpointPath: FilePath, asJSON: Bool) throws {
    guard !StandardInput.isTerminal else {
      throw DataSetError(
        Self.path, .whole,
        "events from a pipe expected, a terminal found: CAMERA | dvstrain predict CHECKPOINT -")
    }
    InterruptSignals.ignoreClosedPipes()
    let split = checkpoint.cacheRequest.split
    let input = try checkpoint.recordingInput(checkpointPath)
    var windows = try StreamWindows(
      named: Self.path, as: input, sliding: sliding, split: split, invalidEvents: invalidEvents)
    let engine = try checkpoint.makeEngine(
      machine.device, of: engines, on: nil, frameCount: windows.frameCount,
      options: machine.engineOptions(batchSize: batchSize, messages), path: checkpointPath)
    var printer = StreamPrinter(checkpoint.classNames, asJSON: asJSON)
    var stream = RecordingStream(named: Self.path, isOfCIFAR10DVS: input.isOfCIFAR10DVS)
    var isAnnounced = false
    var hasWarnedOfOutside = false
    var failure: DataSetError?
    var end: StandardInput.Arrival?
    let begin = ContinuousClock().now
    while end == nil && failure == nil {
      let next = StandardInput.next()
      let arrival = ContinuousClock().now
      do throws(DataSetError) {
        switch next {
        case .bytes(let bytes):
          try stream.append(bytes) { events throws(DataSetError) in
            try windows.add(events, arrival: arrival)
          }
        case .end:
          end = next
          try stream.end { events throws(DataSetError) in
            try windows.add(events, arrival: arrival)
          }
          windows.end()
        default: end = next
        }
      } catch { failure = error }
      if !isAnnounced, let header = stream.header {
        announce(stream.formatName ?? "", header, checkpoint, checkpointPath, input, engine)
        isAnnounced = true
      }
      if !hasWarnedOfOutside && windows.outsideEventCount > 0 {
        messages.warn("\(Self.path): events lie outside \(input.sensorText): left out")
        hasWarnedOfOutside = true
      }
      if try !predict(from: &windows, by: engine, &printer) { end = .closedOutput }
    }
    tell(windows, stream.oddities, input, printer, seconds: begin.duration(to: .now))
    if let failure { throw failure }
    switch end {
    case .signal?: throw ExitCode(InterruptSignals.exitCode)
    // It may have come while the last windows were predicted.
    case .end? where InterruptSignals.isPending: throw ExitCode(InterruptSignals.exitCode)
    // Whoever reads what is printed has seen enough.
    case .closedOutput?: throw ExitCode.success
    case .failure(let number)?:
      throw DataSetError(Self.path, .whole, "cannot be read: \(Errno(rawValue: number))")
    default: break
    }
    guard windows.eventCount > 0 else {
      throw DataSetError(Self.path, .whole, "the recording has no polarity events")
    }
  }

  /// Predicts and prints the windows that are complete.
  ///
  /// - Returns: Whether what is printed is read.
  private func predict(
    from windows: inout StreamWindows, by engine: any Engine, _ printer: inout StreamPrinter
  ) throws -> Bool {
    while true {
      var batch: [StreamWindows.Window] = []
      while batch.count < batchSize, let window = try windows.next() { batch.append(window) }
      if batch.isEmpty { return true }
      let rates = try StreamWindows.Window.rates(of: batch, by: engine)
      for (window, rates) in zip(batch, rates) {
        try printer.print(window, origin: windows.originMicroseconds ?? 0, rates)
      }
      switch printedTextError() {
      case nil: break
      case EPIPE: return false
      case let error?:
        throw FileError("stdout", "cannot be written: \(Errno(rawValue: error))")
      }
      // A pause may have many windows without events.
      if InterruptSignals.isPending { return true }
    }
  }

  private func announce(
    _ format: String, _ header: RecordingHeader, _ checkpoint: TrainedNetwork,
    _ checkpointPath: FilePath, _ input: RecordingInput, _ engine: any Engine
  ) {
    let split = checkpoint.cacheRequest.split
    if checkpoint.cache == nil {
      messages.note(
        "\(checkpointPath): the file does not say its frames: \(split.words) assumed, as in "
          + "SpikingJelly's tutorial")
    }
    messages.note(
      "\(Self.path): \(format), windows of \(secondsText(sliding.windowMicroseconds)), one every "
        + "\(secondsText(sliding.stepMicroseconds)), \(split.words), \(engine.summary), "
        + "\(machine.threadText()); times count from the first event")
    if let pixels = input.preprocessing { messages.note("as in training: \(pixels)") }
    if let windowAdvice { messages.note(windowAdvice) }
    if let warning = input.warning(Self.path, header) { messages.warn(warning.description) }
  }

  /// Tells what the stream had, and how long predictions took.
  private func tell(
    _ windows: StreamWindows, _ oddities: [String], _ input: RecordingInput,
    _ printer: StreamPrinter, seconds: Duration
  ) {
    var texts = oddities
    if windows.invalidEventCount > 0 {
      texts.append(
        "\(counted(windows.invalidEventCount, "event")) marked invalid: "
          + (invalidEvents == .keep
            ? "kept (--invalid-events drop leaves them out)"
            : "left out (--invalid-events keep counts them)"))
    }
    if windows.outsideEventCount > 0 {
      texts.append(
        "\(windows.outsideEventCount) of \(windows.eventCount) events lie outside "
          + "\(input.sensorText): left out")
    }
    if windows.lateEventCount > 0 {
      texts.append(
        "\(counted(windows.lateEventCount, "event")) came after a window of their time was predicted: "
          + "not counted in it")
    }
    if windows.jumpCount > 0 {
      texts.append(
        "the clock jumps \(windows.jumpCount == 1 ? "once" : "\(windows.jumpCount) times"): windows "
          + "start anew there"
          + (windows.unusedEventCount == 0
            ? ""
            : ", and \(counted(windows.unusedEventCount, "event")) between jumps do not fill a window")
      )
    }
    for text in texts { messages.warn("\(Self.path): \(text)") }
    if printer.silentCount > 0, printer.silentCount == printer.outputCount {
      messages.warn(
        "\(Self.path): no output neuron fired in any window, so nothing is predicted: "
          + "'dvstrain eval' shows which layers are silent")
    }
    let elapsed = durationText(seconds: Double(seconds.nanoseconds) * 1e-9)
    var summary =
      "\(Self.path): \(counted(windows.windowCount, "window")) of "
      + "\(counted(windows.eventCount, "event")) in \(elapsed)"
    if let median = printer.latencies.medianMicroseconds {
      let maximum = printer.latencies.maximumMicroseconds
      summary +=
        "; from the arrival of a window's last event to its prediction, median "
        + "\(significantText(Double(median) * 1e-3, digits: 2)) ms, maximum "
        + "\(significantText(Double(maximum) * 1e-3, digits: 2)) ms"
    }
    messages.note(summary)
  }

  private func secondsText(_ microseconds: Int64) -> String {
    "\(significantText(Double(microseconds) * 1e-6, digits: 6)) s"
  }
}
