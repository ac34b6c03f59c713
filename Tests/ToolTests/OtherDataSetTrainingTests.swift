import EventData
import FileAccess
import Support
import SystemPackage
import Testing

/// Training on caches that are not of DVS128 Gesture.
@Suite("dvstrain on other data sets")
struct OtherDataSetTrainingTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func dvstrain(_ arguments: String) throws -> CommandResult {
    try ToolRun.dvstrain(
      arguments.split(separator: " ").map(String.init), in: directory.path)
  }

  private func write(
    _ width: Int, _ height: Int, classCount: Int, sampleCounts: [DataSetSplit: Int]
  ) throws {
    var cache = CustomCache(width, height, classCount: classCount)
    cache.sampleCounts = sampleCounts
    try cache.write(to: directory.file("cache.h5"))
  }

  private func run(_ command: String) throws -> CommandResult {
    let result = try dvstrain(command)
    #expect(result.exitCode == 0, "\(command): \(result.standardError)")
    return result
  }

  /// The folder of the only run.
  private func folder() throws -> String {
    "logs/\(try #require(try namesInDirectory(directory.file("logs")).first))"
  }

  private static let narrow = "c4k3s1-BN-LIF-MPk2s2-DP-FC16-LIF-DP"

  @Test("describes a named network for the frames of its data set")
  func described() throws {
    let text = try run("describe -net nmnist -T 10").standardOutput
    #expect(text.contains(" 10×128×17×17 ") && text.contains("Linear(8192, 2048)"))
    #expect(text.contains("a sample    10 frames of 2×34×34: "))
  }

  @Test("describes a network for given frames and classes, or suggests one that suits them")
  func describedSizes() throws {
    let text = try run(
      "describe -size 40x24 -classes 5 -net \(Self.narrow)-FC50-LIF-APk10s10"
    ).standardOutput
    #expect(text.contains("frames of 2×24×40: ") && text.contains(", 50)"))
    #expect(try run("describe -net nmnist -size 34x36").standardOutput.contains("of 2×36×34: "))
    for (arguments, message) in [
      (
        "-size 34x34",
        "2×34×34 found in -size: -net nmnist fits, or frames of 2×32×32 (dvsprep convert --crop "
          + "center:32x32); see 'dvstrain describe --help'"
      ),
      ("-classes 1", "-classes: 2 to 65535 classes expected, 1 found"),
      ("-size 34", "34"), ("-size 0x9", "0x9"),
    ] {
      let result = try dvstrain("describe \(arguments)")
      #expect(result.exitCode == 64 && result.errorLines.count == 1)
      #expect(result.standardError.contains(message), "\(result.standardError)")
      #expect(result.standardError.hasSuffix("; see 'dvstrain describe --help'\n"))
    }
    // The network that was just refused is not suggested.
    let many = try dvstrain("describe -net nmnist -classes 65535")
    #expect(many.exitCode == 64 && many.standardError.contains("-FC65535-LIF' fits; "))
    #expect(!many.standardError.contains("-net nmnist fits"), "\(many.standardError)")
    // Without a subcommand, dvstrain trains.
    #expect(
      try dvstrain("-data_dir x -out_dir y -b 0").standardError.hasSuffix(
        "; see 'dvstrain train --help'\n"))
  }

  @Test("trains, resumes, evaluates and predicts three classes of 40×24 pixels")
  func rectangle() throws {
    try write(
      40, 24, classCount: 3,
      sampleCounts: [.train: 300, .test: 270])
    let command =
      "-data_dir cache.h5 -out_dir logs -b 64 -net \(Self.narrow)-FC30-LIF-APk10s10"
    _ = try run("\(command) -epochs 1 --quiet")
    _ = try run("\(command) -epochs 2 --quiet -resume auto")
    let folder = try folder()
    let checkpoint = "\(folder)/checkpoint_latest.safetensors"
    let text = try run("eval \(checkpoint) -data_dir cache.h5 --quiet").standardOutput
    for words in [
      "\n0 thing 0 ", "\n2 thing 2 ", "\nsession ",
      "\nserial: 270 different values, too many to list",
    ] {
      #expect(text.contains(words), "\(words): \(text)")
    }
    let json = try run("eval \(checkpoint) -data_dir cache.h5 --quiet --json").standardOutput
    #expect(json.contains(#""name":"thing 1""#) && json.contains(#""column":"session""#))
    #expect(!json.contains("by_subject"))
    let samples = try run("predict \(checkpoint) cache.h5 --quiet").standardOutput
    #expect(samples.contains("rec1_5") && samples.contains("2 thing 2"))
    let page = String(
      decoding: try readFile(directory.file("\(folder)/report.html")), as: UTF8.self)
    for words in [
      "Accuracy by session", "session 2", "serial: 270 different values", "1 thing 1",
    ] {
      #expect(page.contains(words), "\(words)")
    }
    #expect(!page.contains("hand_clapping"))
    _ = try run("bench \(checkpoint) -data_dir cache.h5 -b 4 -steps 1 --quiet")
    // A recording with the network's frame size, whose label file is of DVS128 Gesture's classes.
    let recording = SmallDataSet.Recording(
      "user01_led", rows: [(1, 0, 900)],
      events: (0..<400).map { number in
        PolarityEvent(
          x: number % 40, y: number % 24, isOn: true, timestampMicroseconds: Int64(number * 2))
      })
    _ = try directory.write(recording.bytes, to: "user01_led.aedat")
    let windows = try run(
      "predict \(checkpoint) user01_led.aedat -window 0.0004 -step 0.0002 --html predictions.html")
    #expect(!windows.standardOutput.contains("hand_clapping"))
    #expect(!windows.standardOutput.contains("accuracy"))
    #expect(!windows.standardError.contains("outside"))
    let wide = SmallDataSet.Recording(
      "user02_led", rows: [(1, 0, 900)],
      events: (0..<400).map { number in
        PolarityEvent(
          x: number % 80, y: number % 24, isOn: true, timestampMicroseconds: Int64(number * 2))
      })
    _ = try directory.write(wide.bytes, to: "user02_led.aedat")
    #expect(
      try run("predict \(checkpoint) user02_led.aedat -window 0.0004").standardError.contains(
        "user02_led.aedat: 200 of 400 events lie outside the network's frames of 40×24 pixels: left "
          + "out\n"))
    let larger = SmallDataSet.Recording(
      "user03_led", rows: [(1, 0, 900)],
      events: (0..<400).map { number in
        PolarityEvent(
          x: number % 100, y: number % 24, isOn: true, timestampMicroseconds: Int64(number * 2))
      })
    _ = try directory.write(larger.bytes, to: "user03_led.aedat")
    let refused = try dvstrain("predict \(checkpoint) user03_led.aedat")
    #expect(refused.exitCode == 1)
    #expect(
      refused.errorLines == [
        "dvstrain: user03_led.aedat: 240 of 400 events lie outside the network's frames of 40×24 "
          + "pixels: a recording of the training samples' sensor expected"
      ])
    let predictions = String(
      decoding: try readFile(directory.file("predictions.html")), as: UTF8.self)
    #expect(predictions.contains("Classes predicted in") && predictions.contains("2 thing 2"))
  }

  @Test("trains, evaluates and predicts two and three hundred classes", arguments: [2, 300])
  func classes(count: Int) throws {
    try write(
      34, 34, classCount: count,
      sampleCounts: [.train: max(8, count), .test: max(8, count)])
    _ = try run(
      "-data_dir cache.h5 -out_dir logs -b 8 -max_steps 2 -epochs 1 --quiet -net nmnist "
        + "-channels 2")
    let checkpoint = "\(try folder())/checkpoint_latest.safetensors"
    let text = try run("eval \(checkpoint) -data_dir cache.h5 --quiet").standardOutput
    let json = try run("eval \(checkpoint) -data_dir cache.h5 --quiet --json").standardOutput
    if count == 300 {
      #expect(text.contains("these are the 24 of 300 classes with the most mistakes"))
      #expect(json.contains(#""classes":300"#) && json.contains(#""name":"thing 299""#))
    } else {
      #expect(text.contains("\n1 thing 1 ") && json.contains(#""confusion":[["#))
    }
    let samples = try run("predict \(checkpoint) cache.h5 --quiet").standardOutput
    #expect(samples.contains("\(count - 1) thing \(count - 1)"))
  }

  @Test("holds out samples of a data set without subjects")
  func validation() throws {
    try write(
      16, 12, classCount: 2, sampleCounts: [.train: 20, .test: 4])
    let result = try run(
      "-data_dir cache.h5 -out_dir logs -b 4 -epochs 1 -val 0.25 -net "
        + "\(Self.narrow)-FC20-LIF-APk10s10")
    #expect(result.standardError.contains("15 training, 5 held out and 4 test samples"))
    #expect(result.standardOutput.contains("val_acc="))
  }

  @Test("says in a line each which options have no effect, also when it resumes")
  func ineffective() throws {
    try write(16, 12, classCount: 2, sampleCounts: [.train: 8, .test: 4])
    let command =
      "-data_dir cache.h5 -out_dir logs -b 4 -weight_decay 0.1 -gamma 0.5 -net "
      + "\(Self.narrow)-FC20-LIF-APk10s10"
    for options in ["-epochs 1", "-epochs 2 -resume auto", "-epochs 3 -resume auto --quiet"] {
      let warnings = try run("\(command) \(options)").errorLines.filter { $0.contains("no effect") }
      #expect(
        warnings == [
          "dvstrain: warning: -weight_decay has no effect with -opt Adam: it is an option of AdamW",
          "dvstrain: warning: -gamma has no effect with -lr_scheduler CosALR: it is an option of StepLR",
        ])
    }
  }

  @Test(
    "suggests in one line a network for frames of another size",
    arguments: [
      (
        FrameShape(width: 42, height: 26), "",
        "-net: none given; the default network pools 2 times, so sides that are multiples of 4 are "
          + "expected, 2×26×42 found in cache.h5: -net "
          + "'{c32k3s1-BN-LIF-MPk2s2}*2-DP-FC128-LIF-DP-FC30-LIF-APk10s10' fits, or frames of "
          + "2×24×40 (dvsprep convert --crop center:40x24)"
      ),
      (
        FrameShape(width: 34, height: 34), "",
        "-net: none given; the default network pools 3 times, so sides that are multiples of 8 are "
          + "expected, 2×34×34 found in cache.h5: -net nmnist fits, or frames of 2×32×32 (dvsprep "
          + "convert --crop center:32x32)"
      ),
      (
        FrameShape(width: 42, height: 24), "-channels 8 -neuron PLIF -pool avg",
        "2×24×42 found in cache.h5: -net "
          + "'{c8k3s1-BN-PLIF-APk2s2}*2-DP-FC128-PLIF-DP-FC30-PLIF-APk10s10' instead of -channels, "
          + "-neuron, -pool fits, or frames of 2×24×40"
      ),
      (
        FrameShape(width: 5, height: 3), "-net nmnist",
        "-net: at least 2×2 pixels to pool expected, 1×2 found, for frames of 2×3×5 and 3 "
          + "classes: -net 'c32k3s1-BN-LIF-DP-FC128-LIF-DP-FC30-LIF-APk10s10' fits"
      ),
    ])
  func suggestion(sensor: FrameShape, net: String, message: String) throws {
    try write(sensor.width, sensor.height, classCount: 3, sampleCounts: [.train: 8, .test: 2])
    let refused = try dvstrain("-data_dir cache.h5 -out_dir logs -b 4 \(net)")
    #expect(refused.exitCode == 64)
    #expect(refused.errorLines.count == 1)
    #expect(refused.standardError.contains(message), "\(refused.standardError)")
    // The suggested network works.
    let notation = message.split(separator: "-net ").last?.split(separator: " ").first?
      .replacing("'", with: "")
    _ = try run(
      "-data_dir cache.h5 -out_dir logs -b 4 -max_steps 1 --quiet -net \(try #require(notation))")
  }

  @Test(
    "without -net is on a network with as many poolings as the frames can have",
    arguments: [
      (
        FrameShape(width: 40, height: 24), "-channels 3",
        "net {c3k3s1-BN-LIF-MPk2s2}*2-DP-FC12-LIF-DP-FC30-LIF-APk10s10, "
      ),
      (
        FrameShape(width: 7, height: 5), "-channels 2 -neuron PLIF",
        "net c2k3s1-BN-PLIF-DP-FC8-PLIF-DP-FC30-PLIF-APk10s10, "
      ),
      (
        FrameShape(width: 64, height: 64), "-channels 2 -pool avg",
        "net {c2k3s1-BN-LIF-APk2s2}*4-DP-FC8-LIF-DP-FC30-LIF-APk10s10, "
      ),
    ])
  func poolings(sensor: FrameShape, options: String, network: String) throws {
    try write(sensor.width, sensor.height, classCount: 3, sampleCounts: [.train: 8, .test: 2])
    let command = "-data_dir cache.h5 -out_dir logs -b 4 -epochs 1 -max_steps 1 \(options)"
    #expect(try run(command).standardError.contains(network))
    let checkpoint = "\(try folder())/checkpoint_latest.safetensors"
    _ = try run("eval \(checkpoint) -data_dir cache.h5 --quiet")
    let export = try run("export \(checkpoint) --to pth -o x.pth")
    #expect(export.standardOutput.hasSuffix("the data set's labels (0 thing 0 to 2 thing 2)\n"))
  }

  @Test("says first that the sensor of own recordings may be another")
  func guessedSensor() throws {
    var cache = CustomCache(42, 26)
    cache.schema.name = "own recordings"
    try cache.write(to: directory.file("cache.h5"))
    let refused = try dvstrain("-data_dir cache.h5 -out_dir logs -b 4")
    #expect(
      refused.standardError.contains(
        " (dvsprep convert --sensor, if the camera has another size, or --crop center:40x24)"))
  }

  @Test("is on the paper's networks for N-MNIST and CIFAR10-DVS, and resumes with or without -net")
  func paperNetworks() throws {
    for (set, options, choice, network, name) in [
      (
        "nmnist", "-T 2", "-channels 2",
        "net {c2k3s1-BN-LIF-MPk2s2}*2-DP-FC32-LIF-DP-FC100-LIF-APk10s10, ", "nmnist"
      ),
      (
        "cifar10-dvs", "-T 1", "-channels 1 -neuron PLIF",
        "net {c1k3s1-BN-PLIF-MPk2s2}*4-DP-FC4-PLIF-DP-FC100-PLIF-APk10s10, ", "cifar10-dvs"
      ),
      // The paper's is for the whole frames of the data set.
      (
        "nmnist", "-T 2 --crop center:32x32", "-channels 2",
        "net {c2k3s1-BN-LIF-MPk2s2}*3-DP-FC8-LIF-DP-FC100-LIF-APk10s10, ", nil
      ),
    ] as [(String, String, String, String, String?)] {
      let converted = try ToolRun.dvsprep(
        ["convert", Fixtures.path(set).string, "--allow-missing", "-o", "c.h5", "--force"]
          + options.split(separator: " ").map(String.init), in: directory.path)
      #expect(converted.exitCode == 0, "\(converted.standardError)")
      let command = "-data_dir c.h5 -out_dir logs -b 2 \(options.prefix(4)) \(choice)"
      #expect(try run("\(command) -epochs 1").standardError.contains(network))
      let named = name.map { " -net \($0)" } ?? ""
      let resumed = try run("\(command)\(named) -epochs 2 -resume auto")
      #expect(resumed.standardError.contains(network))
      #expect(resumed.standardOutput.hasPrefix("epoch=1, "), "\(resumed.standardOutput)")
      #expect(try namesInDirectory(directory.file("logs")).count == 1)
      try removeTree(directory.file("logs"))
    }
    let cropped = try ToolRun.dvsprep(
      [
        "convert", Fixtures.path("nmnist").string, "--allow-missing", "-T", "2", "-o", "d.h5",
        "--crop", "0,0,20,18",
      ], in: directory.path)
    #expect(cropped.exitCode == 0, "\(cropped.standardError)")
    let refused = try dvstrain("-data_dir d.h5 -out_dir logs -T 2 -b 2")
    #expect(refused.exitCode == 64 && refused.errorLines.count == 1)
    #expect(
      refused.standardError.contains(
        " fits, or frames of 2×16×20 (dvsprep convert --crop or --downsample)"))
  }

  @Test("takes the paper's network for frames of its size, and refuses checkpoints of other shapes")
  func otherCache() throws {
    try write(
      128, 128, classCount: 4, sampleCounts: [.train: 4, .test: 4])
    _ = try run(
      "-data_dir cache.h5 -out_dir logs -b 2 -max_steps 1 -epochs 1 --quiet -channels 2")
    let checkpoint = "\(try folder())/checkpoint_latest.safetensors"
    for (sensor, classCount, message) in [
      (
        FrameShape(width: 128, height: 128), 5,
        "the network takes 128×128 frames of 4 classes; cache.h5 has 128×128 of 5"
      ),
      (
        FrameShape(width: 64, height: 32), 4,
        "the network takes 128×128 frames of 4 classes; cache.h5 has 64×32 of 4"
      ),
    ] {
      try removeTree(directory.file("cache.h5"))
      try write(
        sensor.width, sensor.height, classCount: classCount, sampleCounts: [.train: 4, .test: 4])
      let result = try dvstrain("eval \(checkpoint) -data_dir cache.h5 --quiet")
      #expect(result.exitCode == 1)
      #expect(
        result.errorLines == [
          "dvstrain: \(checkpoint): \(message): use a cache of the data set that it was trained on, "
            + "or train a network for this one"
        ])
    }
  }
}
