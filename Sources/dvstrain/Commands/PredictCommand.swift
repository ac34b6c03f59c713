import ArgumentParser
internal import EventData
import FileAccess
import FrameCache
import SpikingNetwork
import SystemPackage
import Terminal
import ToolSupport
import Train

/// `dvstrain predict`.
struct PredictCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict",
    abstract: "Predict the classes in a recording, or of a cache's samples.",
    discussion: """
      A window of -window seconds slides over a recording in steps of -step seconds; each \
      window becomes the frames of a sample, by the split rule of the checkpoint. If the \
      checkpoint was trained on whole recordings (N-MNIST, own recordings), the default is \
      one window of the whole recording. If the recording's label file lies beside it, the \
      output shows the gesture that covers more than half of each window, and how many \
      windows were classified correctly. Gestures are shown with the number in the label files \
      and the cache's label, as in 6 left_arm_clockwise (label 5), and in JSON with label and \
      class_number; other classes with their label, from 0. Samples of a cache are named as \
      'dvsprep inspect --sample' takes them. --html draws the predictions over time, above the true labels.

      Events of a recording are cropped, combined, turned and filtered as those that the network was \
      trained on. - reads a stream from standard input: AEDAT 2.0, 3.1 or 4.0, EVT 2.0, 2.1 or 3.0, DAT, \
      or text with 't x y p' a line. A window is predicted and printed once an event after its end has \
      arrived. JSON has latency_us, the microseconds from the arrival of the window's last event; the \
      summary their median and maximum. SIGINT ends it, as does the end of a pipe on either side.

      EXAMPLES
        dvstrain predict checkpoint_max.safetensors DvsGesture/user24_led.aedat
        dvstrain predict checkpoint_max.safetensors user24_led.aedat -step 0.1 --json
        dvstrain predict checkpoint_max.safetensors user24_led.aedat --html seen.html
        dvstrain predict checkpoint_max.safetensors DvsGesture
        CAMERA | dvstrain predict checkpoint_max.safetensors - --json
      """)

  @Argument(
    help: ArgumentHelp(
      "The checkpoint, the folder of a run, or weights as .pth, .safetensors or .nir.",
      valueName: "checkpoint"),
    completion: .file())
  var checkpoint: String

  @Argument(
    help: ArgumentHelp(
      "A recording of any format that 'dvsprep info' reads, - for a stream of events from standard input, a frame cache, or its folder.",
      valueName: "input"),
    completion: .file())
  var input: String

  /// What follows, as when a pattern for the checkpoint matches those of several runs.
  @Argument(help: .hidden)
  var furtherArguments: [String] = []

  @Option(
    name: OptionName.window.name, parsing: .unconditional,
    help: ArgumentHelp(
      "Length of a window, in seconds: best about that of the training samples. (default: 1.5; the whole recording for a network that was trained on whole ones)",
      valueName: "s"))
  var windowSeconds: Double?

  @Option(
    name: OptionName.step.name, parsing: .unconditional,
    help: ArgumentHelp(
      "Seconds from the start of one window to the start of the next. (default: 0.25)",
      valueName: "s"))
  var stepSeconds: Double?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Whether to keep or drop events that are marked as invalid.", valueName: "keep|drop"))
  var invalidEvents = InvalidEventPolicy.keep

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Write a page that draws the predictions over time, above the labels.",
      valueName: "file"),
    completion: .file())
  var html: String?

  @Flag(name: .long, help: "Replace an existing page.")
  var force = false

  @OptionGroup var labels: LabelsOption
  @OptionGroup var split: SplitOption
  @OptionGroup var batch: BatchOption
  @OptionGroup var machine: MachineOptions
  @OptionGroup var outputOptions: OutputOptions

  func validate() throws {
    try requireOneInput()
    if isStream && html != nil {
      throw ValidationError("--html draws a recording that has an end: name a file instead of -")
    }
    for (option, seconds) in [
      (OptionName.window, windowSeconds), (OptionName.step, stepSeconds),
    ] {
      guard let seconds else { continue }
      try option.expect(
        "0.000001 to 1000000 seconds", seconds, isMet: seconds >= 1e-6 && seconds <= 1e6)
    }
  }

  /// Length and step of the sliding windows; `nil` for the whole recording as one window.
  private func sliding(_ checkpoint: TrainedNetwork) -> SlidingWindows? {
    if checkpoint.hasWholeRecordings && windowSeconds == nil && stepSeconds == nil { return nil }
    return SlidingWindows(
      windowMicroseconds: Int64(((windowSeconds ?? 1.5) * 1e6).rounded()),
      stepMicroseconds: Int64(((stepSeconds ?? 0.25) * 1e6).rounded()))
  }

  /// Whether events come from standard input.
  private var isStream: Bool { input == "-" }

  func run() throws {
    let messages = outputOptions.messages
    var refusal: ValidationError?
    try runWork(messages) {
      try machine.requireDevice()
      let path = try RunFiles.checkpoint(at: FilePath(checkpoint), .best)
      let inputPath = FilePath(input)
      if isStream {
        refusal = try predictStream(path, messages)
        return
      }
      let isCache = try Self.isCache(inputPath)
      if isCache && html != nil {
        refusal = ValidationError(
          "--html draws a recording over time, and \(input) is a cache or a folder with one: "
            + "'dvsprep inspect CACHE --html FILE' draws its samples")
        return
      }
      let page = try html.map {
        try OutputFile(
          FilePath($0),
          inputs: [path, inputPath, RecordingLabel.path(besideRecording: inputPath)], force: force)
      }
      let checkpoint = try TrainedNetwork(
        reading: path, labels: labels.labels, graphs: .byThisProgram(), onNote: messages.tell)
      if isCache {
        try predictSamples(of: inputPath, checkpoint, path, messages)
      } else {
        let windows = sliding(checkpoint)
        let prediction = RecordingPrediction(
          recording: inputPath, sliding: windows,
          windowAdvice: windows.flatMap { windows in
            checkpoint.trainingSampleSeconds(path).flatMap(windows.advice)
          }, invalidEvents: invalidEvents,
          batchSize: batch.size, machine: machine, page: page, messages: messages)
        try prediction.run(checkpoint, path, asJSON: outputOptions.json)
      }
    }
    if let refusal { throw refusal }
  }

  /// Predicts the windows of standard input.
  ///
  /// - Returns: What is wrong with the arguments; `nil` after the end of the stream.
  private func predictStream(_ path: FilePath, _ messages: Messages) throws -> ValidationError? {
    let checkpoint = try TrainedNetwork(
      reading: path, labels: labels.labels, graphs: .byThisProgram(), onNote: messages.tell)
    let seconds = checkpoint.trainingSampleSeconds(path)
    guard let windows = sliding(checkpoint) else {
      return ValidationError(
        "-window: missing: the network was trained on whole recordings"
          + (seconds.map { " of \(significantText($0, digits: 2)) s (median)" } ?? "")
          + ", and a stream has no end")
    }
    let prediction = StreamPrediction(
      sliding: windows, windowAdvice: seconds.flatMap(windows.advice),
      invalidEvents: invalidEvents, batchSize: batch.size, machine: machine, messages: messages)
    try prediction.run(checkpoint, path, asJSON: outputOptions.json)
    return nil
  }

  /// Whether the input is a cache or a folder with one, rather than a recording.
  private static func isCache(_ path: FilePath) throws(FileError) -> Bool {
    switch try FileKind(at: path) {
    case .hdf5, .folder: true
    case .other: path.extension == "h5"
    default: false
    }
  }

  private func requireOneInput() throws {
    guard !furtherArguments.isEmpty else { return }
    let words = [checkpoint, input] + furtherArguments
    let checkpoints = words.filter { $0.hasSuffix(".safetensors") }
    guard checkpoints.count > 1 else {
      throw ValidationError(
        "one input after the checkpoint expected, \(words.count - 1) found: '\(words[1])', "
          + "'\(words[2])'\(words.count > 3 ? ", …" : "")")
    }
    throw ValidationError(
      "one checkpoint expected, \(checkpoints.count) found, as '\(checkpoints[0])' and "
        + "'\(checkpoints[1])': choose one, or compare them with 'dvstrain eval'")
  }

  private func predictSamples(
    of cachePath: FilePath, _ checkpoint: TrainedNetwork, _ path: FilePath, _ messages: Messages
  ) throws {
    let cache = try FrameCache(in: cachePath, fitting: checkpoint.cacheRequest)
    let evaluation = try CacheEvaluation(
      checkpoint, path, cache, split.split, batchSize: batch.size, machine, messages)
    let names = ClassNames(cache.schema)
    var predictions: [SamplePrediction] = []
    _ = try evaluation.run(silence: .wrong) { samples, result in
      for (number, sample) in samples.enumerated() {
        predictions.append(
          SamplePrediction(
            cache.record(of: sample), sample, Array(result.rates(ofSample: number)), names))
      }
    }
    messages.clearProgress()
    let correctCount = predictions.count(where: \.correct)
    let percent = 100 * Double(correctCount) / Double(predictions.count)
    let score =
      "accuracy \(decimalText(percent, digits: 2)) % (\(correctCount) of \(predictions.count))"
    if outputOptions.json {
      for prediction in predictions { try printJSON(prediction) }
      messages.note(score)
    } else {
      printText(tableText([SamplePrediction.header] + predictions.map(\.row)))
      print(score)
    }
  }
}

extension InvalidEventPolicy: NamedChoice {}
