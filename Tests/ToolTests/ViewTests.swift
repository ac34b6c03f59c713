import EventData
import FileAccess
import Support
import SystemPackage
import Testing

@Suite("dvsprep view")
struct ViewTests {
  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
    var generator = SeededGenerator(seed: 23)
    try SmallDataSet.random(using: &generator).write(to: directory.file("DvsGesture"))
  }

  private let recording = "DvsGesture/user02_led.aedat"

  @Test("writes a page and a picture, with and without labels, invalid events and --light")
  func files() throws {
    let result = try ToolRun.dvsprep(
      "view", recording, "--html", "a.html", "--png", "a.png", in: directory.path)
    #expect(result.exitCode == 0, "\(result.standardError)")
    let lines = result.standardOutput.split(separator: "\n")
    #expect(lines.count == 2)
    #expect(lines[0].hasPrefix("a.html: 1 frame, 5 label windows, "))
    #expect(lines[1].hasPrefix("a.png: 5 label windows, 1332 × "))
    let page = String(decoding: try readFile(directory.file("a.html")), as: UTF8.self)
    #expect(page.contains("8 arm_roll") && page.contains("id=\"film-player-frames\""))
    #expect(!page.contains("http:") && !page.contains("https:"))
    #expect(try readFile(directory.file("a.png")).starts(with: [0x89, 0x50, 0x4E, 0x47]))
    try directory.write(try readFile(directory.file(recording)), to: "alone.aedat")
    let alone = try ToolRun.dvsprep(
      "view", "alone.aedat", "--png", "b.png", "--light", "--invalid-events", "drop", "--json",
      in: directory.path)
    #expect(alone.exitCode == 0, "\(alone.standardError)")
    #expect(alone.standardOutput.contains(#""command":"view""#))
    #expect(!alone.standardOutput.contains("windows"))
  }

  @Test("without a file draws frames, of each label window or at equal distances")
  func drawing() throws {
    let labelled = try ToolRun.dvsprep("view", recording, "--draw", "plain", in: directory.path)
    #expect(labelled.exitCode == 0, "\(labelled.standardError)")
    let lines = labelled.standardOutput.split(separator: "\n").map(String.init)
    #expect(lines[0].hasPrefix("\(recording): ") && lines[0].hasSuffix(" s, 5 label windows"))
    #expect(lines[1] == "- = OFF   + # ON   * @ both")
    // Five windows are two rows, of a caption and eight lines each.
    #expect(lines.count == 2 + 2 * 9 && lines.allSatisfy { $0.count <= 80 })
    #expect(labelled.standardOutput.contains(" 8 arm_roll"))
    var builder = RecordingBuilder()
    builder.append(
      (0..<4000).map { number in
        PolarityEvent(
          x: number % 8 + 60, y: number % 8, isOn: true,
          timestampMicroseconds: Int64(number) * 1000)
      })
    try directory.write(builder.bytes, to: "alone.aedat")
    let alone = try ToolRun.dvsprep("view", "alone.aedat", "--draw", "plain", in: directory.path)
    let rows = alone.standardOutput.split(separator: "\n").map(String.init)
    #expect(rows[0] == "alone.aedat: 4000 events in 3.999 s, no label file")
    #expect(rows.filter { $0.contains(" s  ") }.count == 2, "\(alone.standardOutput)")
    // Every frame has the square of events at its upper border, right of its middle.
    #expect(rows.filter { $0.contains("#") && $0.count { $0 == "#" } >= 4 }.count >= 2)
    let file = try ToolRun.dvsprep("view", recording, "--png", "p.png", in: directory.path)
    #expect(file.standardOutput.split(separator: "\n").count == 1)
    let json = try ToolRun.dvsprep(
      "view", recording, "--draw", "plain", "--json", in: directory.path)
    #expect(json.exitCode == 64)
  }

  @Test(
    "draws without options in a terminal",
    .enabled(if: PseudoTerminal.isPresent, PseudoTerminal.comment))
  func terminal() throws {
    let drawn = try ToolRun.shell(
      "unset NO_COLOR COLORTERM; TERM=xterm script -qec '\"$DVSPREP\" view \(recording)' /dev/null",
      in: directory.path)
    #expect(drawn.exitCode == 0)
    #expect(drawn.standardOutput.contains("\u{1B}[38;5;") && drawn.standardOutput.contains("▀"))
  }

  @Test("the page contains a file name as text, even one with markup")
  func hostileName() throws {
    let name = "a<script>alert(1)<b>&\".aedat"
    try directory.write(try readFile(directory.file(recording)), to: name)
    let result = try ToolRun.dvsprep("view", name, "--html", "a.html", in: directory.path)
    #expect(result.exitCode == 0, "\(result.standardError)")
    let page = String(decoding: try readFile(directory.file("a.html")), as: UTF8.self)
    #expect(!page.contains("<script>alert") && page.contains("a&lt;script&gt;alert(1)"))
  }

  @Test("never replaces its inputs, and does not treat a folder as a missing label file")
  func inputs() throws {
    let labels = "DvsGesture/user02_led_labels.csv"
    for input in [recording, labels] {
      let before = try readFile(directory.file(input))
      let result = try ToolRun.dvsprep(
        "view", recording, "--html", input, "--force", in: directory.path)
      #expect(result.exitCode == 1)
      #expect(result.errorLines == ["dvsprep: \(input): an input cannot also be the output"])
      #expect(try readFile(directory.file(input)) == before)
    }
    try removeTree(directory.file(labels))
    try createDirectories(directory.file(labels))
    let result = try ToolRun.dvsprep("view", recording, "--png", "a.png", in: directory.path)
    #expect(result.exitCode == 1)
    #expect(result.errorLines == ["dvsprep: \(labels): a file expected, a folder found"])
  }

  @Test("exits with 1 and one line for recordings that cannot be shown, and leaves no files")
  func refusals() throws {
    var builder = RecordingBuilder()
    builder.appendTimestampReset()
    try directory.write(builder.bytes, to: "empty.aedat")
    builder.append([PolarityEvent(x: 200, y: 3, isOn: true, timestampMicroseconds: 9)])
    try directory.write(builder.bytes, to: "outside.aedat")
    builder.append([PolarityEvent(x: 2, y: 3, isOn: true, timestampMicroseconds: 9)])
    try directory.write(Array(builder.bytes.dropLast()), to: "cut.aedat")
    try directory.write(builder.bytes, to: "labelled.aedat")
    try directory.write("class,startTime_usec,endTime_usec\n1,5\n", to: "labelled_labels.csv")
    let before = try directory.names().sorted()
    for (name, message) in [
      ("empty.aedat", "empty.aedat: the recording has no polarity events on the sensor"),
      ("outside.aedat", "outside.aedat: the recording has no polarity events on the sensor"),
      ("cut.aedat", "cut.aedat: byte "), ("labelled.aedat", "./labelled_labels.csv: line 2: "),
      ("none.aedat", "none.aedat: cannot be "), ("DvsGesture", "DvsGesture: "),
    ] {
      let result = try ToolRun.dvsprep("view", name, "--html", "a.html", in: directory.path)
      #expect(result.exitCode == 1)
      #expect(result.standardError.hasPrefix("dvsprep: \(message)"), "\(result.standardError)")
      #expect(result.standardError.split(separator: "\n").count == 1)
    }
    #expect(try directory.names().sorted() == before)
  }

  @Test("label windows that overlap are drawn in two rows, those that only touch in one")
  func overlap() throws {
    try directory.write(Fixtures.bytes("cases/overlapping_windows.aedat"), to: "a.aedat")
    func rowPositions(_ rows: String) throws -> [Substring] {
      try directory.write("class,startTime_usec,endTime_usec\n\(rows)", to: "a_labels.csv")
      let view = try ToolRun.dvsprep(
        "view", "a.aedat", "--html", "a.html", "--force", in: directory.path)
      #expect(view.exitCode == 0, "\(view.standardError)")
      let page = String(decoding: try readFile(directory.file("a.html")), as: UTF8.self)
      let bands = page.matches(of: #/class="band" x="[0-9.]+" y="([0-9.]+)"/#).map(\.output.1)
      // The chart is in the page twice, the second time for narrow screens.
      return Array(bands.prefix(bands.count / 2))
    }
    let two = try rowPositions("8,0,2000000\n9,2000000,5500000\n10,4000000,6000000\n")
    try #require(two.count == 3)
    #expect(two[0] == two[1])
    let (upper, lower) = (try #require(Double(two[1])), try #require(Double(two[2])))
    #expect(lower > upper + 10)
    let one = try rowPositions("8,0,2000000\n9,2000000,5500000\n10,5500000,6000000\n")
    #expect(one.count == 3 && Set(one).count == 1)
  }

  @Test("a recording is never replaced, another file only with --force")
  func existingFiles() throws {
    let own = try ToolRun.dvsprep(
      "view", recording, "--html", recording, "--force", in: directory.path)
    #expect(own.exitCode == 1)
    #expect(own.standardError.contains("an input cannot also be the output"))
    try directory.write("mine", to: "a.png")
    let refused = try ToolRun.dvsprep("view", recording, "--png", "a.png", in: directory.path)
    #expect(refused.exitCode == 1)
    #expect(try readFile(directory.file("a.png")) == Array("mine".utf8))
    let forced = try ToolRun.dvsprep(
      "view", recording, "--png", "a.png", "--force", in: directory.path)
    #expect(forced.exitCode == 0)
  }

  @Test("recordings with decreasing timestamps or a single event are shown")
  func unusualTimestamps() throws {
    for (name, times) in [("one", [7]), ("back", [90_000_000, 5, 100, 70_000_000])] {
      var builder = RecordingBuilder()
      builder.append(
        times.map { PolarityEvent(x: 1, y: 1, isOn: false, timestampMicroseconds: Int64($0)) })
      try directory.write(builder.bytes, to: "\(name).aedat")
      let result = try ToolRun.dvsprep(
        "view", "\(name).aedat", "--html", "\(name).html", "--png", "\(name).png",
        in: directory.path)
      #expect(result.exitCode == 0, "\(result.standardError)")
    }
  }

  /// A recording with an event at (0, 0) and one at (x, y).
  private func recording(_ source: String, x: Int, y: Int) -> [UInt8] {
    var builder = RecordingBuilder(sourceName: source)
    builder.append([
      PolarityEvent(x: 0, y: 0, isOn: true, timestampMicroseconds: 1_000_000),
      PolarityEvent(x: x, y: y, isOn: false, timestampMicroseconds: 1_400_000),
    ])
    return builder.bytes
  }

  @Test(
    "takes the sensor from the header, otherwise the smallest one that contains all events",
    arguments: [
      ("DVS128", 5, 5, 128, 128, 1), ("DAVIS240C", 5, 5, 240, 180, 1),
      ("DAVIS346B", 345, 259, 346, 260, 2), ("other", 5, 5, 128, 128, 1),
      ("other", 199, 30, 200, 128, 1), ("other", 1279, 719, 1280, 720, 5),
    ])
  func sensors(source: String, x: Int, y: Int, width: Int, height: Int, block: Int) throws {
    try directory.write(recording(source, x: x, y: y), to: "a.aedat")
    let result = try ToolRun.dvsprep(
      "view", "a.aedat", "--html", "a.html", "--png", "a.png", in: directory.path)
    #expect(result.exitCode == 0, "\(result.standardError)")
    let page = String(decoding: try readFile(directory.file("a.html")), as: UTF8.self)
    let (columns, rows) = ((width + block - 1) / block, (height + block - 1) / block)
    #expect(page.contains("<canvas width=\"\(columns)\" height=\"\(rows)\""))
    let isOther = (width, height) != (128, 128)
    let isNamed = source != "other"
    #expect(page.contains("The sensor has \(width)×\(height) pixels") == isOther)
    #expect(page.contains("stands for \(block) × \(block) of them") == (block > 1))
    let information = try ToolRun.dvsprep("info", "a.aedat", in: directory.path).standardOutput
    let size = "\(width)×\(height) pixels"
    let sensor = isNamed ? size : "not recorded; \(size) assumed"
    #expect(information.contains("\nsensor        \(sensor)\n"))
    #expect(information.contains("\noutside       0\n"))
  }

  @Test("events beyond any sensor give an error of one line")
  func outsideEverySensor() throws {
    try directory.write(recording("other", x: 1280, y: 3), to: "a.aedat")
    let result = try ToolRun.dvsprep("view", "a.aedat", "--html", "a.html", in: directory.path)
    #expect(result.exitCode == 1)
    #expect(
      result.standardError
        == "dvsprep: a.aedat: events on at most 1280 columns and rows expected, 1281 columns and 4 rows "
        + "found, and no known sensor named in the header\n")
  }
}
