import EventData
import FileAccess
import Support
import SystemPackage
import Testing

@Suite("Data sets other than DVS128 Gesture")
struct DataSetTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func run(_ arguments: String...) throws -> CommandResult {
    try ToolRun.dvsprep(arguments, in: directory.path)
  }

  @Test("N-MNIST is recognised by its folders, converted, described and verified")
  func nmnist() throws {
    let folder = Fixtures.path("nmnist").string
    let conversion = try run(
      "convert", folder, "-T", "10", "--allow-missing", "-o", "n.h5", "--quiet")
    #expect(conversion.exitCode == 0, "\(conversion.standardError)")
    #expect(
      conversion.standardOutput.hasPrefix("n.h5: 4 training and 2 test samples, T 10, uint8, "))
    let information = try run("info", "n.h5")
    #expect(information.standardOutput.contains("[N, 10, 2, 34, 34]"))
    let verified = try run("verify", "n.h5", "--source", folder, "--quiet")
    #expect(verified.exitCode == 0)
    #expect(verified.standardOutput.contains("equal to the recordings of"))
    let again = try run("convert", folder, "--dataset", "nmnist", "--allow-missing", "-o", "n.h5")
    #expect(again.exitCode == 1)
    #expect(again.standardError.contains("made with T 10 instead of 16"))
  }

  @Test("CIFAR10-DVS is recognised by its files, converted, described and verified")
  func cifar10DVS() throws {
    let folder = Fixtures.path("cifar10-dvs").string
    let refused = try run("convert", folder, "-o", "c.h5")
    #expect(refused.exitCode == 1)
    #expect(
      refused.standardError
        == "dvsprep: \(folder)/automobile: the folder of a class is missing (--allow-missing "
        + "continues without it)\n")
    let conversion = try run(
      "convert", folder, "-T", "6", "--allow-missing", "-o", "c.h5", "--quiet")
    #expect(conversion.exitCode == 0, "\(conversion.standardError)")
    #expect(
      conversion.standardOutput.hasPrefix("c.h5: 3 training and 3 test samples, T 6, uint8, "))
    #expect(
      conversion.standardError.contains(
        "3 training and 3 test samples; the whole data set has 9000 and 1000\n"))
    let information = try run("info", "c.h5").standardOutput
    for words in [
      "[N, 6, 2, 128, 128]", "CIFAR10-DVS", "the first 900 are training samples", "truck",
    ] {
      #expect(information.contains(words), "\(words): \(information)")
    }
    let verified = try run("verify", "c.h5", "--source", folder, "--quiet")
    #expect(verified.exitCode == 0)
    #expect(verified.standardOutput.contains("equal to the recordings of"))
    let described = try run("info", folder)
    #expect(described.standardOutput.contains(": CIFAR10-DVS, 128×128 pixels, data set of 6 "))
    // A file by itself has jAER's pixels, and no event where jAER sees a signal.
    let file = "\(folder)/cat/cifar10_cat_5.aedat"
    let single = try run("info", file)
    #expect(single.standardOutput.hasPrefix("\(file): AEDAT 2.0 recording, "))
    #expect(single.standardError.contains("signals, not counted"))
    // So do the same files as own recordings, which have a cache of their own.
    let own = try run(
      "convert", folder, "--dataset", "own", "--train-fraction", "0.5", "-T", "6", "-o", "o.h5",
      "--quiet")
    #expect(own.exitCode == 0, "\(own.standardError)")
    #expect(own.standardError.contains("signals, not counted"))
    #expect(!conversion.standardError.contains("signal"))
    let compared = try run("verify", "o.h5", "--source", folder, "--quiet")
    #expect(compared.exitCode == 0, "\(compared.standardError)")
  }

  @Test("own recordings get a table, which is filled in, converted, described and verified")
  func labels() throws {
    for name in ["a/one.txt", "b/two.txt"] {
      let lines = (0..<400).map { "\(5000 + $0 * 10) \($0 % 16) \($0 % 16) 1\n" }
      try createDirectories(directory.file(name).parentDirectory)
      try writeFile(Array(("16 16\n" + lines.joined()).utf8), to: directory.file(name))
    }
    let table = try run("labels", ".", "-o", "labels.csv")
    #expect(table.standardOutput == "labels.csv: 2 recordings: fill in label and split\n")
    let text = String(decoding: try readFile(directory.file("labels.csv")), as: UTF8.self)
    #expect(
      text
        == "file,start_us,end_us,label,split\na/one.txt,5000,8991,,\nb/two.txt,5000,8991,,\n")
    #expect(try run("labels", "a", "-o", "labels.csv").exitCode == 1)
    #expect(
      try run("convert", ".").standardError.contains(
        "./labels.csv: line 2: label: a class expected, an empty field found"))
    let filled = text.replacing("one.txt,5000,8991,,", with: "one.txt,5000,8991,left,train")
      .replacing("two.txt,5000,8991,,", with: "two.txt,6000,7000,right,test")
    try writeFile(Array(filled.utf8), to: directory.file("labels.csv"))
    let information = try run("info", "labels.csv")
    #expect(information.exitCode == 0 && information.standardOutput.contains("1 right"))
    let conversion = try run("convert", "labels.csv", "-T", "4", "-o", "own.h5", "--quiet")
    #expect(
      conversion.standardOutput.hasPrefix("own.h5: 1 training and 1 test samples, T 4, uint8, "))
    #expect(try run("info", "own.h5").standardOutput.contains("labels from   labels.csv"))
    #expect(try run("verify", "own.h5", "--source", ".", "--quiet").exitCode == 0)
    let divided = try run(
      "convert", ".", "--dataset", "own", "--train-fraction", "0.5", "-o", "d.h5")
    #expect(divided.exitCode == 1)
    #expect(divided.standardError.contains("no column split expected where --train-fraction"))
  }

  @Test(
    "options of another data set are refused",
    arguments: [
      (
        ["convert", "x", "--sensor", "34x34"],
        "--sensor: for --dataset own only; this is dvs128-gesture"
      ),
      (
        ["convert", "x", "--dataset", "own", "--subject", "1"],
        "--subject, --lighting, --class: for --dataset dvs128-gesture only; this is own"
      ),
      (
        ["convert", "x", "--dataset", "own", "--sensor", "0x4"],
        "a width and a height in pixels, as in 346x260, expected, '0x4' found"
      ),
      (["convert", "x", "--dataset", "own"], "x: there is no such folder"),
      (
        ["convert", "x", "--times-from", "start"],
        "--times-from: for --dataset own only; this is dvs128-gesture"
      ),
      (
        ["convert", "x", "--dataset", "nmnist", "--train-fraction", "0.5"],
        "--train-fraction: for --dataset own only; this is nmnist"
      ),
      (
        ["convert", "x", "--dataset", "cifar10-dvs", "--sensor", "9x9"],
        "--sensor: for --dataset own only; this is cifar10-dvs"
      ),
      (
        ["convert", Fixtures.path("cifar10-dvs").string, "--train-fraction", "0.5"],
        "--train-fraction: for --dataset own only; this is cifar10-dvs"
      ),
      (
        ["convert", "x", "--dataset", "gesture", "--sensor", "9x9"],
        "--sensor: for --dataset own only; this is dvs128-gesture"
      ),
      (["convert", "x", "--dataset", "cifar10"], "dvs128-gesture"),
      (
        ["convert", "x", "--train-fraction", "1"],
        "--train-fraction: a number from 0.001 to 0.999, as in 0.8, expected, '1' found"
      ),
      (
        ["convert", "x", "--group-by", "subject"],
        "--group-by, --split-seed: with --train-fraction only"
      ),
      (["labels", "x"], "x: cannot be opened: No such file or directory"),
    ])
  func foreignOptions(_ arguments: [String], _ message: String) throws {
    let result = try ToolRun.dvsprep(arguments, in: directory.path)
    #expect(result.exitCode != 0)
    #expect(result.standardError.contains(message), "\(result.standardError)")
  }

  @Test(
    "a table with other columns, and an archive of own recordings, are told from DVS128 Gesture")
  func otherInputs() throws {
    try createDirectories(directory.file("own"))
    try directory.write(Array("1 2 3 1\n".utf8), to: "own/one.txt")
    try directory.write(Array("file,class,split\none.txt,a,train\n".utf8), to: "own/mine.csv")
    let packed = try runCommand("tar", ["czf", "own.tar.gz", "own"], in: directory.path)
    try #require(packed.exitCode == 0)
    let unpack = "only DVS128 Gesture is read from an archive: unpack that of another data set"
    for (arguments, message) in [
      (
        ["own/mine.csv", "--train-fraction", "0.8"],
        "own/mine.csv: line 1: columns file and label expected, 'file', 'class', 'split' found"
      ),
      (
        ["own.tar.gz"],
        "own.tar.gz/trials_to_train.txt: the list is missing; \(unpack) (--allow-missing continues "
          + "without it)"
      ),
      (
        ["own.tar.gz", "--dataset", "own"],
        "own.tar.gz: a table of labels or a folder of recordings expected, a gzip file found: "
          + "unpack it"
      ),
    ] {
      let result = try ToolRun.dvsprep(["convert"] + arguments, in: directory.path)
      #expect(result.exitCode == 1)
      #expect(result.errorLines == ["dvsprep: \(message)"])
    }
    let several = try ToolRun.dvsprep("info", "none", "own/one.txt", in: directory.path)
    #expect(several.exitCode == 1 && several.errorLines.count == 1)
    #expect(several.standardOutput.contains("own/one.txt: text (t in µs) recording"))
    let named = try ToolRun.dvsprep(
      "convert", "own/mine.csv", "--class", "left", in: directory.path)
    #expect(named.exitCode == 64)
    #expect(
      named.errorLines.first?.contains("for --dataset dvs128-gesture only; this is own") == true)
  }

  @Test("for a folder that is not a data set, lists its contents and suggests a nearby data set")
  func otherFolder() throws {
    let expected =
      "a data set expected: DvsGesture/ or its folder (recordings, and trials_to_train.txt and "
      + "trials_to_test.txt with a recording's name a line) or archive, N-MNIST "
      + "(Train/0…9/*.bin, Test/0…9/*.bin), CIFAR10-DVS "
      + "(airplane…truck/cifar10_CLASS_0…999.aedat) or own recordings (train/CLASS/*, "
      + "test/CLASS/*, or with a table labels.csv); "
    for (path, hint) in [
      ("x", "n found; did you mean x/n?"),
      ("x/n/Train", "3 found; did you mean x/n?"),
      ("x/n/Train/3", "1.bin found; did you mean x/n?"),
      ("y", "an empty folder found"),
      (
        "z",
        "walk found: if its folders are classes, 'dvsprep convert' with --dataset own "
          + "--train-fraction 0.8 divides their recordings"
      ),
      (
        "z/walk",
        "a_recording_with_a_lon…, one.txt found: 'dvsprep labels z/walk -o z/walk/labels.csv' makes "
          + "a table of its recordings to fill in"
      ),
    ] {
      try createDirectories(directory.file("x/n/Train/3"))
      try createDirectories(directory.file("y"))
      try createDirectories(directory.file("z/walk"))
      try directory.write(Array("1 2 3 1\n".utf8), to: "z/walk/one.txt")
      try directory.write([], to: "z/walk/a_recording_with_a_long_name")
      try directory.write([1, 2, 0, 0, 9], to: "x/n/Train/3/1.bin")
      for arguments in [["convert", path, "--allow-missing"], ["info", path]] {
        let result = try ToolRun.dvsprep(arguments, in: directory.path)
        #expect(result.exitCode == 1)
        #expect(result.errorLines == ["dvsprep: \(path): \(expected)\(hint)"])
      }
    }
  }

  /// Writes a recording of an unknown camera: 300 events on `width` columns, and a stray one.
  private func writeRecording(_ name: String, width: Int, strayColumn: Int = 0) throws {
    var recording = RecordingBuilder(sourceName: "Prototype 7")
    recording.append(
      (0..<300).map { number in
        PolarityEvent(
          x: number % width, y: number % 20, isOn: true, timestampMicroseconds: Int64(number))
      })
    recording.append([
      PolarityEvent(x: strayColumn, y: 0, isOn: true, timestampMicroseconds: 300)
    ])
    try createDirectories(directory.file(name).parentDirectory)
    try directory.write(recording.bytes, to: name)
  }

  @Test("convert says where the sensor size comes from, and announces only what can be converted")
  func sensor() throws {
    try writeRecording("mine/train/a/1.aedat", width: 30)
    try writeRecording("mine/test/a/1.aedat", width: 40)
    let guessed = try run("convert", "mine", "-T", "2", "-o", "g.h5")
    #expect(guessed.exitCode == 0, "\(guessed.standardError)")
    #expect(
      guessed.errorLines.prefix(2).map { $0.hasPrefix("dvsprep: mine -> g.h5: ") }
        == [true, false])
    #expect(
      guessed.errorLines.dropFirst().first
        == "dvsprep: sensor of 40×20 pixels, the smallest that contains all valid events")
    let named = try run("convert", "mine", "-T", "2", "--sensor", "38x20", "-o", "n.h5")
    #expect(
      named.errorLines.dropFirst() == [
        "dvsprep: sensor of 38×20 pixels, from --sensor",
        "dvsprep: warning: mine: 14 of 602 events (2.3 %) lie outside the 38×20 pixels of "
          + "--sensor: left out",
      ])
    let small = try run("convert", "mine", "-T", "2", "--sensor", "9x9", "-o", "s.h5")
    #expect(small.exitCode == 1 && small.errorLines.count == 1, "\(small.standardError)")
    try writeRecording("far/train/a/1.aedat", width: 30, strayColumn: 30_000)
    let far = try run("convert", "far", "-T", "60000", "--allow-missing", "-o", "f.h5")
    #expect(far.exitCode == 1)
    #expect(
      far.errorLines.last?.hasSuffix(
        "; the sensor size of 30001×20 pixels is only a guess from the events: --sensor WIDTHxHEIGHT "
          + "sets it") == true, "\(far.standardError)")
    // Errors other than too large frames do not mention the sensor.
    var empty = RecordingBuilder(sourceName: "Prototype 7")
    empty.appendTimestampReset()
    try createDirectories(directory.file("none/train/a"))
    try directory.write(empty.bytes, to: "none/train/a/1.aedat")
    let nothing = try run("convert", "none", "--allow-missing", "--skip-empty", "-o", "f.h5")
    #expect(nothing.errorLines.last == "dvsprep: none: no window of the data set has an event")
    try writeRecording("mine/train/b/1.aedat", width: 30)
    let large = try run("convert", "mine", "--duration", "1", "-T", "2", "-o", "l.h5")
    #expect(large.exitCode == 64 && large.standardError.contains("see 'dvsprep convert --help'"))
    try directory.write(Array("nonsense".utf8), to: "mine/train/b/2.aedat")
    let damaged = try run("convert", "mine", "-T", "2", "-o", "d.h5")
    #expect(damaged.exitCode == 1)
    #expect(damaged.errorLines.count == 1 && damaged.standardError.contains("b/2.aedat: byte 0"))
  }

  @Test("verify finds that own recordings were replaced, also by ones of another sensor size")
  func replacedRecordings() throws {
    for part in ["train", "test"] { try writeRecording("mine/\(part)/a/1.aedat", width: 30) }
    let conversion = try run("convert", "mine", "-T", "2", "-o", "g.h5")
    #expect(conversion.exitCode == 0, "\(conversion.standardError)")
    for part in ["train", "test"] {
      try writeRecording("mine/\(part)/a/1.aedat", width: 3000, strayColumn: 3000)
    }
    let verified = try run("verify", "g.h5", "--source", "mine", "--quiet")
    #expect(verified.exitCode == 1)
    #expect(!verified.standardError.contains("--sensor"), "\(verified.standardError)")
    #expect(verified.standardError.contains("events, the cache 301"), "\(verified.standardError)")
  }

  @Test("DVS128 Gesture is converted even beside folders named like another data set's")
  func gestureBeside() throws {
    var generator = SeededGenerator(seed: 5)
    try SmallDataSet.random(using: &generator).write(to: directory.file("data/DvsGesture"))
    for name in ["Test", "train"] { try createDirectories(directory.file("data/\(name)/a")) }
    let conversion = try run("convert", "data", "-T", "2", "--allow-missing")
    #expect(conversion.exitCode == 0, "\(conversion.standardError)")
    #expect(try run("info", "data").exitCode == 0)
  }

  @Test("a file of N-MNIST is described, viewed, and predicted as one window")
  func oneFile() throws {
    let source = Fixtures.path("nmnist/Train/3/00008.bin")
    let file = directory.file("00008.BIN")
    try writeFile(try readFile(source), to: file)
    let information = try run("info", file.string)
    let events = try readFile(source).count / 5
    #expect(information.exitCode == 0, "\(information.standardError)")
    #expect(information.standardOutput.hasPrefix("\(file): ATIS recording, "))
    #expect(information.standardOutput.contains("sensor        not recorded; 34×34 pixels assumed"))
    #expect(!information.standardOutput.contains("packets"))
    #expect(
      try run("info", "--json", file.string).standardOutput.contains("\"polarity\":\(events)"))
    let view = try run("view", file.string, "--png", "v.png", "--html", "v.html")
    #expect(view.exitCode == 0, "\(view.standardError)")
    let folder = Fixtures.path("nmnist").string
    _ = try run("convert", folder, "-T", "2", "--allow-missing", "-o", "n.h5", "--quiet")
    let trained = try ToolRun.dvstrain(
      [
        "-data_dir", "n.h5", "-out_dir", "logs", "-T", "2", "-b", "2", "-epochs", "1", "-max_steps",
        "1", "-net", "nmnist", "-channels", "2", "--quiet",
      ], in: directory.path)
    #expect(trained.exitCode == 0, "\(trained.standardError)")
    let run = try #require(try namesInDirectory(directory.file("logs")).first)
    let checkpoint = "logs/\(run)/checkpoint_latest.safetensors"
    let predicted = try ToolRun.dvstrain(
      ["predict", checkpoint, file.string, "--html", "p.html"], in: directory.path)
    #expect(predicted.exitCode == 0, "\(predicted.standardError)")
    #expect(predicted.standardError.contains("the whole recording as one window, as in training"))
    #expect(predicted.standardOutput.split(separator: "\n").count == 2)
    #expect(predicted.standardOutput.contains(" \(events) "))
    // Without a label, silent predictions are not counted.
    #expect(predicted.standardOutput.contains("silent"))
    #expect(!predicted.standardError.contains("silent prediction"))
    for (arguments, rule) in [
      (
        ["predict", checkpoint, "n.h5"],
        "wrong ('dvstrain eval' counts them as the first class)"
      ),
      (["eval", checkpoint, "-data_dir", "n.h5"], "the first class, 0, as with PyTorch's argmax"),
    ] {
      let samples = try ToolRun.dvstrain(arguments, in: directory.path)
      #expect(samples.exitCode == 0, "\(samples.standardError)")
      // After one step with two channels no output neuron fires yet.
      #expect(
        samples.standardError.contains(
          "2 silent predictions (no output neuron fired) count as \(rule)\n"))
      if rule.hasPrefix("wrong") {
        #expect(samples.standardOutput.contains("accuracy 0.00 % (0 of 2)"))
      }
    }
    let cut = try ToolRun.dvstrain(
      ["predict", checkpoint, file.string, "-window", "0.1", "-step", "0.1"], in: directory.path)
    #expect(cut.standardOutput.split(separator: "\n").count > 2)
    let one = try ToolRun.dvstrain(
      ["predict", checkpoint, file.string, "-window", "1", "-step", "1"], in: directory.path)
    #expect(one.standardError.contains(" s, 1 window, "), "\(one.standardError)")
  }
}
