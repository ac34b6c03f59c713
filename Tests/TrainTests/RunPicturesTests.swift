import FileAccess
import FrameCache
import SpikingNetwork
import Support
import SystemPackage
import Testing

@testable import Train

@Suite("The pictures of a run")
struct RunPicturesTests {
  private let directory: TemporaryDirectory
  private let cache: FrameCache

  init() throws {
    directory = try TemporaryDirectory()
    cache = try SmallCache(in: directory).cache
  }

  private func train(
    _ name: String, epochs: Int, resumes: Bool = false, _ settings: TrainingSettings = .small,
    every interval: Int = 1, observer: TrainingObserver = TrainingObserver()
  ) throws -> FilePath {
    var options = RunOptions(outputDirectory: directory.file(name))
    options.epochCount = epochs
    options.loaderThreadCount = 0
    options.evaluationInterval = interval
    options.version = "9.9.9 (0123abc)"
    options.start = resumes ? .latestCheckpoint : .fresh
    let run = try TrainingRun(settings, options: options, cache: cache, observer: observer) {
      (network, state) throws(TrainError) in ArithmeticEngine(network: network, state: state)
    }
    let folder = run.files.folder
    _ = try run.run()
    return folder
  }

  private func text(_ path: FilePath) throws -> String {
    String(decoding: try readFile(path), as: UTF8.self)
  }

  @Test("exist after each epoch, are valid, and contain everything that is documented")
  func files() throws {
    var missing: [String] = []
    var folder: FilePath?
    let observer = TrainingObserver(onEpoch: { report in
      guard let folder else { return }
      for path in RunFiles(in: folder).pictures where !path.isRegularFile {
        missing.append("\(report.epoch): \(path)")
      }
    })
    folder = directory.file("a").appending(TrainingSettings.small.runName(cache.settings.split))
    let path = try train("a", epochs: 3, observer: observer)
    #expect(path == folder)
    #expect(missing.isEmpty)
    let pictures = RunFiles(in: path).pictures
    #expect(pictures.count == 5)
    for path in pictures where path.extension == "svg" {
      let picture = try text(path)
      #expect(xmlDefect(picture) == nil, "\(path)")
      #expect(picture.contains("of T_2_b_4_c_1_Adam"))
      #expect(picture.matches(of: #/<circle/#).count == 3, "\(path): one dot per epoch expected")
    }
    let page = try text(path.appending("report.html"))
    for words in [
      "3 of 3", "Confusion matrix of the test samples, epoch 2", "Accuracy by subject",
      "subject 24",
      "Accuracy by lighting", "Spikes by layer", "conv 5", "Settings", "<dt>lr</dt><dd>0.001</dd>",
      "<dt>computed by</dt><dd>arithmetic on ", "Learning rate by epoch", "SynOps", "MACs",
      "<dt>started</dt><dd>2", "by dvskit 9.9.9 (0123abc)</dd>", "<dt>cache content</dt><dd>",
      "<dt>cache</dt><dd>\(cache.path)</dd>", ">best: ",
      "<details><summary>All epochs as a table</summary>", ">training loss</th>", ">seconds</th>",
    ] {
      #expect(page.contains(words), "\(words)")
    }
    #expect(!page.contains(">validation loss</th>"))
    #expect(!page.contains("http://") && !page.contains("https://"))
  }

  @Test("of a resumed run equal those of an uninterrupted one")
  func resumption() throws {
    let whole = try train("a", epochs: 4)
    _ = try train("b", epochs: 2)
    let resumed = try train("b", epochs: 4, resumes: true)
    for curve in Curve.ofRunFolder {
      let (one, other) = (RunFiles(in: whole), RunFiles(in: resumed))
      #expect(try text(one.picture(of: curve)) == text(other.picture(of: curve)), "\(curve)")
    }
  }

  @Test(
    "show the last test pass, also if a resumed run has skipped some"
  )
  func withoutTest() throws {
    _ = try train("a", epochs: 2)
    let folder = try train("a", epochs: 4, resumes: true, every: 9)
    let page = try text(folder.appending("report.html"))
    // The last epoch is always tested.
    #expect(page.contains("Confusion matrix of the test samples, epoch 3"))
    let history = try RunHistory(reading: folder.appending("metrics.jsonl"))
    #expect(history.epochs.map { $0.test != nil } == [true, true, false, true])
    #expect(
      history.epochs.map { Curve.testAccuracy.value(of: $0) != nil } == [true, true, false, true])
    let rows = try history.epochs.map { epoch in
      let start = try #require(page.firstRange(of: "<tr><th scope=\"row\">\(epoch.epoch)</th>"))
      return page[start.upperBound...].prefix { $0 != "\n" }
    }
    #expect(rows.map { $0.contains("<td>–</td><td>–</td>") } == [false, false, true, false])
    #expect(rows[0].hasPrefix("<td>0.001</td><td>"))
    for (row, epoch) in zip(rows, history.epochs) {
      #expect(row.matches(of: #/<td>/#).count == 6)
      #expect(row.contains("<td>\(percentText(epoch.trainingAccuracy))</td>"))
    }
  }

  @Test("that cannot be written give one warning, and do not affect the checkpoints")
  func obstacle() throws {
    let free = try train("a", epochs: 3)
    let folder = directory.file("b").appending(free.lastComponent?.string ?? "")
    var warnings: [String] = []
    let observer = TrainingObserver(
      onWarning: { warnings.append($0) },
      onProgress: { _ in
        // A folder with the name of the file cannot be replaced.
        _ = try? createDirectories(folder.appending("report.html").appending("x"))
      })
    #expect(try train("b", epochs: 3, observer: observer) == folder)
    #expect(warnings.count == 1)
    #expect(
      warnings.first?.hasPrefix("\(folder.appending("report.html")): cannot be written") == true)
    for name in ["checkpoint_latest.safetensors", "checkpoint_max.safetensors"] {
      #expect(try readFile(free.appending(name)) == readFile(folder.appending(name)))
    }
    #expect(try namesInDirectory(folder).allSatisfy { !$0.hasSuffix(".partial") })
  }

  @Test("pad frames of any shape to squares, and show a single polarity as ON")
  func squares() {
    func frames(_ shape: ImageShape, _ counts: [UInt16]) -> [UInt16] {
      MistakeFrames.squareFrames(counts, shape)
    }
    let square = ImageShape(channelCount: 2, height: 2, width: 2)
    #expect(frames(square, Array(1...16)) == Array(1...16))
    let wide = ImageShape(channelCount: 2, height: 1, width: 2)
    #expect(
      frames(wide, Array(1...8)) == [1, 2, 0, 0, 3, 4, 0, 0, 5, 6, 0, 0, 7, 8, 0, 0])
    let high = ImageShape(channelCount: 1, height: 2, width: 1)
    #expect(frames(high, Array(1...4)) == [0, 0, 0, 0, 1, 0, 2, 0, 0, 0, 0, 0, 3, 0, 4, 0])
  }

  @Test("escape the text of settings and samples")
  func hostileNames() throws {
    let name = #"<img src=x onerror=alert(1)>"&'"#
    let line = """
      {"type":"epoch","epoch":0,"step":1,"learning_rate":0.1,"train_loss":1,"train_acc":0.5,"total_time":1,\
      "train_time":1,"samples_per_second":2,"engine":"<u>","processor":"<s>",\
      "test":{"samples":1,"correct":0,"accuracy":0,"loss":1,"seconds":1,"by_class":[],\
      "by_subject":[{"name":"<b>","correct":0,"samples":1,"accuracy":0}],"by_lighting":[{"name":"</script><i>",\
      "correct":0,"samples":1,"accuracy":0}],"confusion":\(Array(repeating: Array(repeating: 0, count: 11), count: 11)),\
      "firing_rates":[0,0,0,0,0,0,0]}}
      """
    let history = try RunHistory(reading: directory.write(line, to: "metrics.jsonl"))
    try #require(history.epochs.count == 1)
    let page = RunReportPage(
      name: name, settings: .small, cache: cache, epochCount: 2, history: history)
    let mistakes = try MistakeFrames([], of: cache, shape: TrainingSettings.small.network.input)
    let text = String(decoding: page.bytes(mistakes), as: UTF8.self)
    for markup in ["<img", "<b>", "<u>", "<s>", "</script><i>"] {
      #expect(!text.contains(markup), "\(markup)")
    }
    #expect(text.contains("&lt;u&gt; on &lt;s&gt;"))
    #expect(text.contains("&lt;img src=x onerror=alert(1)&gt;&quot;&amp;&#39;"))
  }
}
