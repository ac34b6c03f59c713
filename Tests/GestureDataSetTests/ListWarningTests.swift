import EventData
import GestureDataSet
import Support
import SystemPackage
import Testing

@Suite("Lists and label files as users have them")
struct ListWarningTests {
  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
    var generator = SeededGenerator(seed: 5)
    try SmallDataSet.random(using: &generator).write(to: directory.path)
  }

  private func utf16(_ text: String, bigEndian: Bool = false, hasMark: Bool = true) -> [UInt8] {
    ((hasMark ? [0xFEFF] : []) + Array(text.utf16)).flatMap { unit in
      let bytes = [UInt8(truncatingIfNeeded: unit), UInt8(unit >> 8)]
      return bigEndian ? bytes.reversed() : bytes
    }
  }

  @Test(
    "a label file in UTF-16 is named as such",
    arguments: [(false, true), (true, true), (false, false), (true, false)])
  func labels(bigEndian: Bool, hasMark: Bool) throws {
    let text = "class,startTime_usec,endTime_usec\r\n1,10000,20000\r\n"
    let path = try directory.write(
      utf16(text, bigEndian: bigEndian, hasMark: hasMark), to: "user24_lab_labels.csv")
    #expect(
      throws: DataSetError(
        path, .whole,
        "text in UTF-8 expected, UTF-16 found: save it as UTF-8, or convert it with "
          + "'iconv -f UTF-16 -t UTF-8 user24_lab_labels.csv > NEW'")
    ) { try GestureDataSet(opening: directory.path) }
  }

  @Test("a list in UTF-16 is named as such")
  func list() throws {
    let path = try directory.write(utf16("user24_lab.aedat\n"), to: "trials_to_test.txt")
    let error = #expect(throws: DataSetError.self) { try GestureDataSet(opening: directory.path) }
    #expect(error?.path == path)
    #expect(error?.detail.contains("UTF-16 found") == true)
  }

  @Test("a subject in both lists is warned of, with the line in the test list")
  func subjects() throws {
    let before = try GestureDataSet(opening: directory.path).warnings
    #expect(!before.contains { $0.description.contains("also in") })
    try directory.write("user01_fluorescent.aedat\n", to: "trials_to_train.txt")
    let path = try directory.write(
      "user24_lab.aedat\nuser01_fluorescent_led.aedat\n", to: "trials_to_test.txt")
    let warnings = try GestureDataSet(opening: directory.path).warnings.map(\.description)
    #expect(
      warnings.contains(
        "\(path): line 2: subject 1 is also in trials_to_train.txt: accuracy on people who are in "
          + "both says little about other people"))
  }
}
