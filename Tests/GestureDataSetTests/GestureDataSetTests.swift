import EventData
import FileAccess
import Support
import SystemPackage
import Testing

@testable import GestureDataSet

@Suite struct GestureDataSetTests {
  let folder: TemporaryDirectory
  let files: SmallDataSet

  init() throws {
    folder = try TemporaryDirectory()
    var generator = SeededGenerator(seed: 1)
    files = SmallDataSet.random(using: &generator)
    try files.write(to: folder.path)
  }

  func defect(
    _ selection: DataSetSelection = DataSetSelection(), allowMissing: Bool = false
  ) -> DataSetError? {
    do throws(DataSetError) {
      _ = try GestureDataSet(
        opening: folder.path, selection: selection, allowMissing: allowMissing)
    } catch { return error }
    return nil
  }

  func remove(_ name: String) throws { try removeTree(folder.file(name)) }

  /// The warnings, but for those about the windows of `SmallDataSet` that overlap, one of each
  /// recording.
  private func warnings(_ dataSet: GestureDataSet) -> [String] {
    dataSet.warnings.map(\.description).filter {
      !$0.hasSuffix("common events are in both samples")
    }
  }

  @Test("trials are in the order of the lists, samples in that of the label files")
  func order() throws {
    let dataSet = try GestureDataSet(opening: folder.path)
    #expect(
      dataSet.trials.map(\.name.stem)
        == ["user02_led", "user01_fluorescent_led", "user01_fluorescent", "user24_lab"])
    #expect(dataSet.trials.map(\.split) == [.train, .train, .train, .test])
    #expect(dataSet.readingOrder == [0, 1, 2, 3])
    #expect(dataSet.source == .directory(folder.path) && !dataSet.isArchive)
    for trial in dataSet.trials {
      #expect(trial.samples.map(\.window.gesture.classNumber) == [2, 1, 8, 8, 11])
      #expect(trial.samples.map(\.window.line) == [2, 3, 4, 5, 6])
    }
    #expect(dataSet.sampleCount(in: .train) == 15 && dataSet.sampleCount(in: .test) == 5)
    guard case .folder(let textFiles) = dataSet.files else {
      Issue.record("a folder expected")
      return
    }
    #expect(
      textFiles.map(\.name).sorted()
        == files.files.map(\.name).filter { !$0.hasSuffix(".aedat") }.sorted())
    #expect(dataSet.recordings[3].path == folder.file("user24_lab.aedat"))
    #expect(dataSet.recordings[3].samples[0].labelsPath == folder.file("user24_lab_labels.csv"))
  }

  @Test("a sample's name ends with the number of earlier rows of its class")
  func sampleNames() throws {
    let dataSet = try GestureDataSet(opening: folder.path)
    #expect(
      dataSet.trials[0].samples.map(\.name)
        == ["user02_led_0", "user02_led_0", "user02_led_0", "user02_led_1", "user02_led_0"])
    // Rows outside the selection are counted, too.
    let selected = try GestureDataSet(
      opening: folder.path, selection: DataSetSelection(gestures: [.armRoll]))
    #expect(selected.trials[0].samples.map(\.name) == ["user02_led_0", "user02_led_1"])
  }

  @Test("a selection keeps the order, and reads no file of the trials it excludes")
  func selection() throws {
    try folder.write("nonsense", to: "user24_lab_labels.csv")
    try remove("user02_led.aedat")
    let dataSet = try GestureDataSet(
      opening: folder.path,
      selection: DataSetSelection(subjects: [1], gestures: [.otherGestures, .handClapping]))
    #expect(dataSet.trials.map(\.name.stem) == ["user01_fluorescent_led", "user01_fluorescent"])
    #expect(dataSet.trials[0].samples.map(\.window.gesture) == [.handClapping, .otherGestures])
    // The official totals apply to the whole data set, not to a part.
    #expect(warnings(dataSet).isEmpty)
    let lightings = try GestureDataSet(
      opening: folder.path, selection: DataSetSelection(lightings: ["fluorescent"]))
    #expect(lightings.trials.map(\.name.stem) == ["user01_fluorescent"])
  }

  @Test("an empty selection is rejected, and named")
  func emptySelection() {
    #expect(
      defect(DataSetSelection(subjects: [29]))?.description
        == "\(folder.path): no sample is left by the selection subjects=29")
    #expect(defect(DataSetSelection(gestures: [.airGuitar])) != nil)
    #expect(defect(DataSetSelection(gestures: [])) != nil)
  }

  @Test(
    "a name in capitals is pointed out where the file is missing",
    arguments: ["user02_led.aedat", "user02_led_labels.csv", "trials_to_train.txt"])
  func capitals(name: String) throws {
    try renameItem(folder.file(name), to: folder.file(name.uppercased()))
    #expect(
      defect()?.description.hasSuffix(
        "is missing, but \(name.uppercased()) exists: rename it "
          + "(--allow-missing continues without it)") == true)
  }

  @Test("a missing recording or label file is an error with list and line, or a warning")
  func missingFiles() throws {
    try remove("user01_fluorescent_led.aedat")
    try remove("user24_lab_labels.csv")
    #expect(
      defect()?.description
        == "\(folder.file("trials_to_train.txt")): line 2: the recording "
        + "user01_fluorescent_led.aedat is missing (--allow-missing continues without it)")
    let dataSet = try GestureDataSet(opening: folder.path, allowMissing: true)
    #expect(dataSet.trials.map(\.name.stem) == ["user02_led", "user01_fluorescent"])
    #expect(
      warnings(dataSet) == [
        "\(folder.file("trials_to_train.txt")): line 2: the recording "
          + "user01_fluorescent_led.aedat is missing: left out",
        "\(folder.file("trials_to_test.txt")): line 1: the label file user24_lab_labels.csv is "
          + "missing: the recording is left out",
        "\(folder.path): 10 training and 0 test samples; the whole data set has 1176 and 288",
      ])
  }

  @Test("a missing list is an error with its name, or a warning", arguments: DataSetSplit.allCases)
  func missingList(_ split: DataSetSplit) throws {
    try remove(split.listName)
    let path = folder.file(split.listName)
    #expect(
      defect()?.description
        == "\(path): the list is missing (--allow-missing continues without it)")
    let dataSet = try GestureDataSet(opening: folder.path, allowMissing: true)
    #expect(Set(dataSet.trials.map(\.split)) == Set(DataSetSplit.allCases).subtracting([split]))
    #expect(
      warnings(dataSet).first == "\(path): the list is missing: taken as empty")
  }

  @Test("a data set without samples is rejected, even if files may be missing")
  func noSamples() throws {
    for file in files.files where !file.name.hasSuffix(".txt") { try remove(file.name) }
    #expect(
      defect(allowMissing: true)
        == DataSetError(
          folder.path, .whole, "the lists and label files name no sample"))
  }

  @Test("recordings in neither list give one warning with the first name and the number of others")
  func unlisted() throws {
    func warning() throws -> String? {
      warnings(try GestureDataSet(opening: folder.path)).first
    }
    try folder.write("", to: "user09_lab.aedat")
    #expect(try warning() == "\(folder.path): user09_lab.aedat: in neither list, left out")
    try folder.write("", to: "user10_lab.aedat")
    try folder.write("", to: "a copy of user10_lab.aedat")
    #expect(
      try warning()
        == "\(folder.path): a copy of user10_lab.aedat and 2 more: in neither list, left out")
  }

  @Test("AppleDouble files of macOS are ignored")
  func appleDoubleFiles() throws {
    try folder.write("shadow", to: "._user02_led.aedat")
    try folder.write("shadow", to: "._trials_to_train.txt")
    #expect(
      try GestureDataSet(opening: folder.path).warnings.count { $0.description.contains("._") }
        == 0)
  }

  @Test("totals that differ from the official ones give one warning")
  func totals() throws {
    let dataSet = try GestureDataSet(opening: folder.path)
    #expect(
      warnings(dataSet) == [
        "\(folder.path): 15 training and 5 test samples; the whole data set has 1176 and 288"
      ])
    let rows = (0..<12).map {
      (classNumber: min($0 + 1, 11), start: Int64($0), end: Int64($0 + 1))
    }
    let train = (0..<98).map { SmallDataSet.Recording("user01_t\($0)", rows: rows, events: []) }
    let test = (0..<24).map { SmallDataSet.Recording("user24_t\($0)", rows: rows, events: []) }
    let whole = try TemporaryDirectory()
    try SmallDataSet(train: train, test: test).write(to: whole.path)
    #expect(try GestureDataSet(opening: whole.path).warnings.isEmpty)
  }

  @Test("a label file without rows gives no samples, and a warning")
  func noRows() throws {
    try folder.write(LabelWindow.headerLine + "\n", to: "user02_led_labels.csv")
    let dataSet = try GestureDataSet(opening: folder.path)
    #expect(dataSet.trials[0].samples.isEmpty && dataSet.trials.count == 4)
    #expect(
      warnings(dataSet).first
        == "\(folder.file("user02_led_labels.csv")): no rows: the recording gives no sample")
  }

  @Test("errors in lists and label files name file and line")
  func errorLocations() throws {
    func location(_ name: String, _ text: String) throws -> DataSetError.Location? {
      let path = folder.file(name)
      let before = try readFile(path)
      try folder.write(text, to: name)
      defer { try? writeFile(before, to: path) }
      let error = defect()
      #expect(error?.path == path)
      return error?.location
    }
    #expect(try location("user24_lab_labels.csv", LabelWindow.headerLine + "\n1,2,1\n") == .line(2))
    #expect(try location("user24_lab_labels.csv", "") == .line(1))
    #expect(try location("trials_to_test.txt", "user24_lab.aedat\nuser24_lab.aedat\n") == .line(2))
    #expect(try location("trials_to_test.txt", "\nuser02_led.aedat\n") == .line(2))
    #expect(try location("trials_to_train.txt", "../../etc/passwd\n") == .line(1))
    #expect(defect() == nil)
  }

  @Test("a folder in place of a list is rejected by name")
  func folderAsList() throws {
    try remove("trials_to_test.txt")
    try createDirectories(folder.file("trials_to_test.txt"))
    #expect(defect()?.path == folder.file("trials_to_test.txt"))
  }
}
