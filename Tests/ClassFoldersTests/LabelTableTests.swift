import EventData
import FileAccess
import FrameCache
import FrameConversion
import Support
import SystemPackage
import Testing
import Threads

@testable import ClassFolders

@Suite("Recordings with a table of labels")
struct LabelTableTests: LabelTableSuite {
  let directory: TemporaryDirectory
  let path: FilePath

  init() throws {
    directory = try TemporaryDirectory()
    path = directory.file("mine")
    try createDirectories(path)
  }

  @Test("have the samples, classes, attributes and splits that it lists")
  func content() throws {
    try write("a/one.txt")
    try write("two.txt")
    try write(
      table: """
        file,start_us,end_us,label,split,subject,light
        a/one.txt,1000,1500,walk,train,3,led
        a/one.txt,1500,2000,run,Train,3,led
        two.txt,,,walk,TEST,4,lab
        a/one.txt,2000,2500,walk,train,3,led
        a/one.txt,2500,3000,walk,train,3,lab

        """)
    let dataSet = try open()
    #expect(dataSet.schema.classNames == ["run", "walk"])
    #expect(dataSet.schema.sensor == FrameShape(width: 30, height: 20))
    #expect(
      dataSet.schema.columns == [
        AttributeColumn("subject", .integer), AttributeColumn("light", .text),
      ])
    #expect(dataSet.schema.splitRule == "the column split of labels.csv")
    #expect(dataSet.schema.labelTable == "labels.csv")
    #expect(dataSet.recordings.map(\.fileName) == ["a/one.txt", "two.txt"])
    #expect(dataSet.recordings.map(\.split) == [.train, .test])
    #expect(
      dataSet.recordings[0].samples.map(\.attributes) == [
        [.integer(3), .text("led")], [.integer(3), .text("led")], [.integer(3), .text("led")],
        [.integer(3), .text("lab")],
      ])
    #expect(
      dataSet.recordings.map { $0.samples.map(\.name) } == [
        ["one_0", "one_0", "one_1", "one_2"], ["two"],
      ])
    #expect(
      dataSet.recordings[0].samples.map(\.window) == [
        1000..<1500, 1500..<2000, 2000..<2500, 2500..<3000,
      ])
    #expect(dataSet.recordings[1].samples.map(\.window) == [nil])
    #expect(dataSet.recordings[0].samples.map(\.location) == [2, 3, 5, 6].map { .line($0) })
    #expect(
      dataSet.warnings.map(\.description) == ["\(table): 1 class without test samples: run"])
  }

  @Test("have whole numbers as classes in their order, and those of classes.txt in its order")
  func classes() throws {
    try write("one.txt")
    try write(table: "file,label,split\n" + [10, 9, 1].map { "one.txt,\($0),train\n" }.joined())
    #expect(try open().schema.classNames == ["1", "9", "10"])
    try writeFile(Array("9\n\n 10 \r\n1\nnone\n".utf8), to: path.appending("classes.txt"))
    let dataSet = try open()
    #expect(dataSet.schema.classNames == ["9", "10", "1", "none"])
    #expect(dataSet.recordings.flatMap(\.samples).map(\.label) == [1, 0, 2])
    #expect(dataSet.schema.labelTable == "labels.csv, classes of classes.txt")
    guard case .folder(let files) = dataSet.files else {
      Issue.record("a folder expected")
      return
    }
    #expect(files.map(\.name) == ["labels.csv", "classes.txt"])
    try writeFile(Array("9\n10\n".utf8), to: path.appending("classes.txt"))
    #expect(error() == "\(table): line 4: label: a class of classes.txt expected, '1' found")
    try writeFile(Array("9\n10\n9\n".utf8), to: path.appending("classes.txt"))
    #expect(
      error() == "\(path)/classes.txt: line 3: classes of different names expected, '9' found twice"
    )
  }

  @Test(
    "have times in the unit that the columns name, to the nearest microsecond",
    arguments: [
      ("us", "1000", "1500.4", 1000, 1500), ("ms", "1.0005", "2", 1001, 2000),
      ("s", "0.0010004", "0.5", 1000, 500_000), ("s", ".5", "9223372036854.775807", 500_000, .max),
    ] as [(String, String, String, Int64, Int64)])
  func units(unit: String, start: String, end: String, first: Int64, last: Int64) throws {
    try write("one.txt")
    try write(
      table: "file,start_\(unit),end_\(unit),label,split\none.txt,\(start),\(end),a,train\n")
    #expect(try open().recordings.flatMap(\.samples).map(\.window) == [first..<last])
  }

  @Test("may have times from the first event, and a warning says so where none fits")
  func timeOrigin() throws {
    try write("one.txt", startMicroseconds: 5_000_000)
    try write(table: "file,start_ms,end_ms,label,split\none.txt,0,1,a,train\none.txt,1,2,b,test\n")
    #expect(
      try open().warnings.first?.description
        == "\(table): line 2: 2 of 2 windows end before their recording's first event (this one's "
        + "at 5000000 µs): if times count from there, --times-from start")
    let dataSet = try open(LabelOptions(timeOrigin: .start))
    #expect(
      dataSet.recordings.flatMap(\.samples).map(\.window) == [
        5_000_000..<5_001_000, 5_001_000..<5_002_000,
      ])
    #expect(!dataSet.warnings.contains { $0.description.contains("--times-from") })
    try write(
      table: "file,start_us,end_us,label,split\none.txt,0,9223372036854775807,a,train\n")
    #expect(
      error(LabelOptions(timeOrigin: .start))
        == "\(table): line 2: a time under 2^63 microseconds expected, a later one found")
  }

  @Test(
    "are refused by file, line and column where the table is wrong",
    arguments: [
      ("file,class\none.txt,a\n", "line 1: columns file and label expected, 'file', 'class' found"),
      ("file,label\n", "a row for each sample expected, only a header line found"),
      ("file,label,split\n,a,train\n", "line 2: file: a recording expected, an empty field found"),
      (
        "file,label,split\none.txt,,train\n",
        "line 2: label: a class expected, an empty field found"
      ),
      ("file,label,split\none.txt,a,val\n", "line 2: split: train or test expected, 'val' found"),
      (
        "file,label,split\none.txt,a,train\none.txt,a,\n",
        "line 3: split: train or test expected, as in other lines, an empty field found"
      ),
      (
        "file,label\none.txt,a\n",
        "a column split with train or test in each line expected, none found: --train-fraction 0.8 divides "
          + "the samples"
      ),
      (
        "file,label,split,start,end\none.txt,a,train,1,2\n",
        "line 1: times with their unit expected, as in start_us, start_ms or start_s, 'start' found"
      ),
      (
        "file,label,split,start_usec,end_usec\none.txt,a,train,1,2\n",
        "line 1: times with their unit expected, as in start_us and end_us (or _ms, _s), "
          + "'start_usec' and 'end_usec' found: rename them"
      ),
      (
        "file,label,split,names\none.txt,a,train,1\n",
        "line 1: 'names' is a column that every cache has: rename this one"
      ),
      (
        "file,label,split,start_us\none.txt,a,train,1\n",
        "line 1: columns start_us and end_us expected, no end_us found"
      ),
      (
        "file,label,start_us,end_us,start_s,end_s\none.txt,a,1,2,1,2\n",
        "line 1: times in one unit expected, two found"
      ),
      (
        "file,label,split,start_us,end_us\none.txt,a,train,5,5\n",
        "line 2: end_us: a time after the start (5 µs) expected, 5 µs found"
      ),
      (
        "file,label,split,start_us,end_us\none.txt,a,train,-1,5\n",
        "line 2: start_us: a time from 0 to 2^63 microseconds, as in 1500000 or 1.5, expected, "
          + "'-1' found"
      ),
      (
        "file,label,split,start_s,end_s\none.txt,a,train,1,9223372036854.775808\n",
        "line 2: end_s: a time from 0 to 2^63 microseconds, as in 1500000 or 1.5, expected, "
          + "'9223372036854.775808' found"
      ),
      (
        "file,label,split,start_us,end_us\none.txt,a,train,1,\n",
        "line 2: end_us: a time expected, an empty field found"
      ),
    ])
  func wrong(text: String, expected: String) throws {
    try write("one.txt")
    try write(table: text)
    #expect(error() == "\(table): \(expected)")
  }

  @Test(
    "may have any other columns, but none that look like times in another unit",
    arguments: [
      ("start_usec", "end_usec"), ("startTime_us", "endTime_us"), ("start_ns", "end_ns"),
      ("start_time", "end_time"), ("onset_s", "offset_s"), ("t_start", "t_end"),
      ("Start (us)", "End (us)"), ("from s", "to s"), ("begin ms", "stop ms"),
      ("starttime_usec", "endtime_usec"), ("start_micros", "end_micros"), ("begin", "stop"),
    ])
  func timeColumns(start: String, end: String) {
    for names in [["file", start, "label", end], [end, start]] {
      let pair = TimeColumnNames.pair(in: names)
      #expect(pair?.start == start && pair?.end == end)
    }
    for others in [
      [start], [end], ["from", "to"], ["onset", "offset"], ["subject", "start_pose", "end_pose"],
      ["starts", "ending"],
    ] {
      #expect(TimeColumnNames.pair(in: others) == nil, "\(others)")
    }
  }

  @Test("are refused by line where a recording is missing or is none, or left out with a warning")
  func missing() throws {
    try write("one.txt")
    try writeFile(Array("#!AER-DAT1.0\n".utf8), to: path.appending("old.aedat"))
    try write(table: "file,label,split\none.txt,a,train\ngone.raw,a,train\n")
    let detail = "line 3: file: there is no recording \(path)/gone.raw"
    #expect(error() == "\(table): \(detail) (--allow-missing continues without it)")
    let dataSet = try open(allowsMissing: true)
    #expect(dataSet.recordings.map(\.fileName) == ["one.txt"])
    #expect(dataSet.warnings.first?.description == "\(table): \(detail)")
    try write(table: "file,label,split\nold.aedat,a,train\n")
    #expect(error()?.hasPrefix("\(table): line 2: file: \(path)/old.aedat: ") == true)
  }

  @Test("are refused where a recording has two names, or only its Unicode form differs")
  func twoNames() throws {
    try write("a/one.txt")
    try write("\u{E9}.txt")
    try write("e\u{301}.txt")
    try write(
      table:
        "file,label,split\na/one.txt,a,train\n./a/../a//one.txt,b,test\n\(path)/a/one.txt,b,test\n")
    #expect(Set(try open().recordings.map(\.fileName)) == ["a/one.txt"])
    let result = try runCommand("ln", ["-s", "a/one.txt", "link.txt"], in: path)
    try #require(result.exitCode == 0)
    try write(table: "file,label,split\na/one.txt,a,train\nlink.txt,b,test\n")
    #expect(
      error()
        == "\(table): line 3: file: one name for each recording expected, 'link.txt' is also "
        + "'a/one.txt' in line 2")
    try write(table: "file,label,split\n\u{E9}.txt,a,train\ne\u{301}.txt,b,test\n")
    #expect(error()?.contains("line 3: file:") == true)
    #expect(error()?.contains("only in its Unicode form") == true)
  }

  @Test("with common events are warned of, in both splits and in one")
  func overlaps() throws {
    try write("one.txt")
    try write(
      table: """
        file,start_us,end_us,label,split
        one.txt,1000,2000,a,train
        one.txt,1900,3000,a,test
        one.txt,2900,3500,a,test
        one.txt,3500,3600,b,train
        one.txt,3600,3700,b,test

        """)
    #expect(
      try open().warnings.map(\.description) == [
        "\(table): line 3: 1 sample has events in common with one of the other split: test results "
          + "will be too good",
        "\(table): line 4: 1 sample has events in common with another of its split",
      ])
  }

  @Test("have names of their own, whatever their recordings are called")
  func sampleNames() throws {
    for name in ["a.txt", "a_1.txt"] { try write(name) }
    try write(table: "file,label,split\na.txt,x,train\na.txt,x,train\na_1.txt,x,train\n")
    let names = try open().recordings.flatMap(\.samples).map(\.name)
    #expect(Set(names).count == 3)
  }

  @Test("beside folders of classes are not used, and a warning says so")
  func unusedTable() throws {
    for name in ["train/a/one.txt", "test/a/two.txt"] { try write(name) }
    try write(table: "file,label,split\ntrain/a/one.txt,x,train\n")
    let dataSet = try OwnDataSetRequest(path).open { false }
    #expect(dataSet.schema.classNames == ["a"])
    #expect(
      dataSet.warnings.map(\.description) == [
        "\(table): not used, as the folders are the classes: name the table to use it"
      ])
    for labels in [LabelOptions(timeOrigin: .start), LabelOptions(split: SplitFraction("0.5"))] {
      #expect(throws: DataSetError.self) {
        try OwnDataSetRequest(path, labels: labels).open { false }
      }
    }
  }

  @Test("are recognised by the table's columns, not by its name alone")
  func recognised() throws {
    try write("one.txt")
    #expect(DataSetKind(lookingAt: path) == nil)
    try write(table: "File;Label;split\none.txt;a;train\n")
    #expect(DataSetKind(lookingAt: path) == .own)
    #expect(DataSetKind(lookingAt: table) == .own)
    #expect(DataSetKind(lookingAt: path.appending("one.txt")) == nil)
    try write(table: "t,x,y,p\n1,2,3,1\n")
    #expect(DataSetKind(lookingAt: table) == nil)
  }

  @Test("whose files have one name get names with folders, each its own")
  func names() {
    let names = RecordingNames(["a/x.raw", "b/x.raw", "y.raw", "a_b/z.raw", "a/b_z.raw", "b_z.raw"])
    #expect(names.name(of: "a/x.raw") == "a_x")
    #expect(names.name(of: "b/x.raw") == "b_x")
    #expect(names.name(of: "y.raw") == "y")
    let files = (0..<4).flatMap { a in ["a\(a)/b.raw", "a\(a)/b.dat", "a\(a)_b.raw"] }
    let many = RecordingNames(files)
    #expect(Set(files.map(many.name)).count == files.count)
  }

  @Test("to fill in names each recording in a folder, and the times of its events")
  func draft() throws {
    try write("b/one.txt", count: 3)
    try write("a, \"x\"/two.txt", count: 2)
    try write("empty.txt", count: 0)
    try writeFile(Array("notes".utf8), to: path.appending("b/notes.md"))
    let draft = try LabelTableDraft(of: [path])
    #expect(
      try draft.text(in: path, observer: WorkObserver()) == """
        file,start_us,end_us,label,split
        "a, ""x""/two.txt",1000,1011,,
        b/one.txt,1000,1021,,

        """)
    func left(_ text: String) -> String {
      "\(path): \(text) not read as recordings, left out: "
    }
    let advice = " ('dvsprep info FILE' says why)"
    #expect(
      draft.warnings.map(\.description) == [
        left("1 file that is") + "empty.txt" + advice
      ])
    // A recording of an ATIS is one where there are no others; what only has the name of a
    // recording.
    try createDirectories(path.appending("d"))
    for name in ["c.bin", "d/c.bin"] {
      try writeFile([1, 2, 0, 0, 9], to: path.appending(name))
    }
    try writeFile([1, 2, 0, 0, 9, 1], to: path.appending("d/biases.bin"))
    let withoutMark = try LabelTableDraft(of: [path.appending("d")])
    #expect(
      try withoutMark.text(in: path, observer: WorkObserver()).hasSuffix("split\nd/c.bin,9,10,,\n"))
    for name in ["b/arrays.npy", "words.csv"] {
      try writeFile(Array("no events\n".utf8), to: path.appending(name))
    }
    try writeFile(Array("file,label\n".utf8), to: path.appending("labels.csv"))
    let mixed = try LabelTableDraft(of: [path])
    #expect(mixed.recordings == draft.recordings)
    #expect(
      mixed.warnings.map(\.description) == [
        left("5 files that are") + "b/arrays.npy, empty.txt, words.csv, c.bin, d/c.bin" + advice
      ])
    let named = try LabelTableDraft(of: [path.appending("b/one.txt")])
    #expect(
      try named.text(in: directory.path, observer: WorkObserver()).hasSuffix(
        "\nmine/b/one.txt,1000,1021,,\n"))
    #expect(throws: DataSetError.self) { try LabelTableDraft(of: [path.appending("b/notes.md")]) }
    #expect(throws: DataSetError.self) { try LabelTableDraft(of: [path.appending("none")]) }
  }

  @Test("of any bytes are read or refused in one line")
  func anyBytes() throws {
    try write("one.txt", count: 2)
    let text = Array(
      "file,start_us,end_us,label,split,n\none.txt,1000,2000,\"a\",train,1\n".utf8)
    for length in text.indices {
      try writeFile(Array(text.prefix(length)), to: table)
      if let error = error() { #expect(!error.contains("\n")) }
      for bit in 0..<8 {
        var changed = text
        changed[length] ^= 1 << bit
        try writeFile(changed, to: table)
        if let error = error() { #expect(!error.contains("\n")) }
      }
    }
  }
}
